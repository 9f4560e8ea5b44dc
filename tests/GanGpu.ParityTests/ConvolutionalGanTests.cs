using GanGpu.Presets;
using GanGpu.TorchPeer;
using GanGpu.Training;
using static TorchSharp.torch;

namespace GanGpu.ParityTests;

/// <summary>DCGAN and WGAN-GP, trained by TorchSharp and by this library.</summary>
public sealed class ConvolutionalGanTests
{
    private static readonly ParityTolerances Dcgan = new(Loss: 1e-4, Gradient: new(OfLargest: 1e-3), State: new(OfLargest: 1e-4));

    private static readonly ParityTolerances WganGp = new(Loss: 1e-4, Gradient: new(OfLargest: 1e-3));

    /// <summary>Devices, sides and channels of images: even sides, odd ones within the networks, colour.</summary>
    public static TheoryData<string, int, int> Cases()
    {
        TheoryData<string, int, int> cases = [];
        foreach (string device in ParityDevices.All)
        {
            foreach ((int side, int channels) in new[] { (16, 1), (28, 1), (13, 3) })
                cases.Add(device, side, channels);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_of_DCGAN_agree_in_losses_every_gradient_and_running_statistics(string device, int side, int channels) =>
        ParityTraining.Run(device, SmallDcgan, PaddedDigits.Open(1000, side, channels), Small(SmallDcgan), TorchVariant.Plain, ScalarType.Float32, steps: 10, Dcgan);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_of_DCGAN_agree_with_float64(string device, int side, int channels) =>
        ParityTraining.Run(device, SmallDcgan, PaddedDigits.Open(1000, side, channels), Small(SmallDcgan), TorchVariant.Plain, ScalarType.Float64, steps: 10, Dcgan);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_of_WGAN_GP_agree_in_losses_penalties_and_every_gradient(string device, int side, int channels) =>
        ParityTraining.Run(device, SmallWganGp, PaddedDigits.Open(1000, side, channels), Small(SmallWganGp), TorchVariant.Plain, ScalarType.Float32, steps: 10, WganGp);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ten_steps_of_WGAN_GP_agree_with_float64(string device, int side, int channels) =>
        ParityTraining.Run(device, SmallWganGp, PaddedDigits.Open(1000, side, channels), Small(SmallWganGp), TorchVariant.Plain, ScalarType.Float64, steps: 10, WganGp);

    private static DcganPreset SmallDcgan => new() { BaseChannels = 8, LatentSize = 20 };

    private static WganGpPreset SmallWganGp => new() { BaseChannels = 8, LatentSize = 20 };

    private static TrainingOptions Small(Preset preset) => preset.Recipe with { BatchSize = 8 };
}
