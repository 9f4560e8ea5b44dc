using System.Reflection;
using GanGpu.Backends;
using GanGpu.Devices;
using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Losses;
using GanGpu.Kernels.Numerics;
using GanGpu.Kernels.Optimizers;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>What holds for all operations together.</summary>
[Collection(TestDevices.Collection)]
public class BackendTests
{
    /// <summary>Operation → the test class that holds it against float64 on every device.</summary>
    private static readonly Dictionary<string, (Type Tests, string Method)> Tested = new()
    {
        [nameof(IBackend.Gemm)] = (typeof(GemmTests), nameof(GemmTests.Plain_products_of_awkward_shapes)),
        [nameof(IBackend.GemmPair)] = (typeof(GemmPairTests), nameof(GemmPairTests.Both_gradients_of_a_layer)),
        [nameof(IBackend.AddBias)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.AddBias)),
        [nameof(IBackend.Activate)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.Activate)),
        [nameof(IBackend.ActivationGradient)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.ActivationGradient)),
        [nameof(IBackend.ColumnSums)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.ColumnSums)),
        [nameof(IBackend.BroadcastRows)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.BroadcastRows)),
        [nameof(IBackend.Add)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.Add)),
        [nameof(IBackend.Multiply)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.Multiply)),
        [nameof(IBackend.Scale)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.Scale)),
        [nameof(IBackend.Fill)] = (typeof(ElementwiseTests), nameof(ElementwiseTests.Fill)),
        [nameof(IBackend.GradientPenalty)] = (typeof(GradientPenaltyTests), nameof(GradientPenaltyTests.Penalty)),
        [nameof(IBackend.Augment)] = (typeof(AugmentTests), nameof(AugmentTests.Map_linear_part_and_transpose)),
        [nameof(IBackend.BatchValues)] = (typeof(BatchValuesTests), nameof(BatchValuesTests.Rows_are_the_samples_of_the_order)),
        [nameof(IBackend.SumRowGroups)] = (typeof(NormalizationTests), nameof(NormalizationTests.Sums_of_groups_and_their_transpose)),
        [nameof(IBackend.RepeatRows)] = (typeof(NormalizationTests), nameof(NormalizationTests.Sums_of_groups_and_their_transpose)),
        [nameof(IBackend.ScaleShift)] = (typeof(NormalizationTests), nameof(NormalizationTests.Scaled_shifted_and_activated)),
        [nameof(IBackend.ScaleShiftGradient)] = (typeof(NormalizationTests), nameof(NormalizationTests.Gradients_through_scale_and_activation)),
        [nameof(IBackend.Normalize)] = (typeof(NormalizationTests), nameof(NormalizationTests.Normalized_columns)),
        [nameof(IBackend.NormalizeGradient)] = (typeof(NormalizationTests), nameof(NormalizationTests.Gradients)),
        [nameof(IBackend.Upsample)] = (typeof(ResamplingTests), nameof(ResamplingTests.Blocks_of_pixels)),
        [nameof(IBackend.SumPool)] = (typeof(ResamplingTests), nameof(ResamplingTests.Blocks_of_pixels)),
        [nameof(IBackend.DropoutMask)] = (typeof(ResamplingTests), nameof(ResamplingTests.Masks_are_those_of_the_counter)),
        [nameof(IBackend.RunningMoments)] = (typeof(NormalizationTests), nameof(NormalizationTests.Running_moments)),
        [nameof(IBackend.Convolution)] = (typeof(ConvolutionTests), nameof(ConvolutionTests.Forward)),
        [nameof(IBackend.ConvolutionInputGradient)] = (typeof(ConvolutionTests), nameof(ConvolutionTests.Input_gradient)),
        [nameof(IBackend.ConvolutionWeightGradient)] = (typeof(ConvolutionTests), nameof(ConvolutionTests.Weight_gradient)),
        [nameof(IBackend.Interpolate)] = (typeof(GradientPenaltyTests), nameof(GradientPenaltyTests.Points_between_two_batches)),
        [nameof(IBackend.LogitLoss)] = (typeof(SigmoidCrossEntropyTests), nameof(SigmoidCrossEntropyTests.Losses_gradients_and_shares)),
        [nameof(IBackend.LogitsLayer)] = (typeof(LogitsLayerTests), nameof(LogitsLayerTests.Logits_loss_and_gradients)),
        [nameof(IBackend.RowSums)] = (typeof(RowTests), nameof(RowTests.Sums_and_products)),
        [nameof(IBackend.RowDots)] = (typeof(RowTests), nameof(RowTests.Sums_and_products)),
        [nameof(IBackend.BroadcastColumns)] = (typeof(RowTests), nameof(RowTests.Broadcast_scale_and_direction)),
        [nameof(IBackend.ScaleRows)] = (typeof(RowTests), nameof(RowTests.Broadcast_scale_and_direction)),
        [nameof(IBackend.RowDirections)] = (typeof(RowTests), nameof(RowTests.Broadcast_scale_and_direction)),
        [nameof(IBackend.Elementwise)] = (typeof(FunctionTests), nameof(FunctionTests.Functions)),
        [nameof(IBackend.ConcatenateColumns)] = (typeof(ColumnSliceTests), nameof(ColumnSliceTests.Side_by_side_taken_out_and_padded)),
        [nameof(IBackend.SliceColumns)] = (typeof(ColumnSliceTests), nameof(ColumnSliceTests.Side_by_side_taken_out_and_padded)),
        [nameof(IBackend.PadColumns)] = (typeof(ColumnSliceTests), nameof(ColumnSliceTests.Side_by_side_taken_out_and_padded)),
        [nameof(IBackend.GatherRows)] = (typeof(GatherTests), nameof(GatherTests.Rows_of_a_table_and_back)),
        [nameof(IBackend.ScatterAddRows)] = (typeof(GatherTests), nameof(GatherTests.Rows_of_a_table_and_back)),
        [nameof(IBackend.OneHot)] = (typeof(GatherTests), nameof(GatherTests.One_hot)),
        [nameof(IBackend.RealLabels)] = (typeof(LabelTests), nameof(LabelTests.Labels_are_those_of_the_batch)),
        [nameof(IBackend.RandomLabels)] = (typeof(LabelTests), nameof(LabelTests.Random_labels_are_those_of_the_counter)),
        [nameof(IBackend.Softmax)] = (typeof(SoftmaxTests), nameof(SoftmaxTests.Shares_and_logarithms)),
        [nameof(IBackend.LogSumExp)] = (typeof(SoftmaxTests), nameof(SoftmaxTests.Shares_and_logarithms)),
        [nameof(IBackend.SoftmaxCrossEntropy)] = (typeof(SoftmaxCrossEntropyTests), nameof(SoftmaxCrossEntropyTests.Losses_gradients_and_shares)),
        [nameof(IBackend.EndStep)] = (typeof(EndStepTests), nameof(EndStepTests.Coefficients_are_those_of_the_step)),
        [nameof(IBackend.Adam)] = (typeof(AdamTests), nameof(AdamTests.One_update)),
        [nameof(IBackend.RmsProp)] = (typeof(OptimizerTests), nameof(OptimizerTests.RmsProp_over_many_steps)),
        [nameof(IBackend.Sgd)] = (typeof(OptimizerTests), nameof(OptimizerTests.Sgd_over_many_steps)),
        [nameof(IBackend.GradientNorm)] = (typeof(GradientNormTests), nameof(GradientNormTests.Gradients_are_scaled_to_the_limit)),
        [nameof(IBackend.WeightClip)] = (typeof(ArenaTests), nameof(ArenaTests.Weights_are_brought_into_the_limit)),
        [nameof(IBackend.WeightAverage)] = (typeof(ArenaTests), nameof(ArenaTests.The_average_follows_the_weights)),
        [nameof(IBackend.Accumulate)] = (typeof(ArenaTests), nameof(ArenaTests.Micro_batches_are_averaged)),
        [nameof(IBackend.Noise)] = (typeof(NoiseTests), nameof(NoiseTests.Numbers_are_those_of_the_counter)),
        [nameof(IBackend.Batch)] = (typeof(BatchTests), nameof(BatchTests.Rows_are_the_images_of_the_order_scaled)),
    };

    [Fact]
    public void Every_operation_is_tested_on_every_device()
    {
        string[] operations = [.. typeof(IBackend).GetMethods().Where(method => method.ReturnType == typeof(Action)).Select(method => method.Name)];
        Assert.Equal(operations.Order(StringComparer.Ordinal), Tested.Keys.Order(StringComparer.Ordinal));
        Assert.All(Tested.Values, test => Assert.NotNull(test.Tests.GetMethod(test.Method)?.GetCustomAttribute<TheoryAttribute>()));
    }

    [Fact]
    public void A_buffer_of_another_device_is_refused()
    {
        using Device one = Device.Open("cpu"), other = Device.Open("cpu");
        using DeviceBuffer<float> a = one.Backend.Allocate<float>(4), b = other.Backend.Allocate<float>(4);
        Assert.Contains("another device", Assert.Throws<ArgumentException>(() => one.Backend.Add(a.All, b.All, a.All)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => one.Backend.Scale(1f, a.All.Part(2, 3), a.All.Part(0, 3)));
        Assert.Throws<ArgumentException>(() => one.Backend.Add(a.All.Part(0, 2), a.All, a.All));
    }

    [Fact]
    public void Operands_that_lie_across_each_other_are_refused()
    {
        IBackend backend = TestDevices.Open("cpu");
        using DeviceBuffer<float> buffer = backend.Allocate<float>(256);
        Slice<float> a = buffer.All.Part(0, 4), b = buffer.All.Part(64, 4), c = buffer.All.Part(128, 4), across = buffer.All.Part(2, 4);
        foreach (Action bind in new Action[]
        {
            () => backend.Scale(2f, a, across),
            () => backend.Activate(Activation.Tanh, a, across),
            () => backend.Add(a, b, across),
            () => backend.ActivationGradient(Activation.Tanh, a, b, b),
            () => backend.AddBias(2, 2, a, buffer.All.Part(64, 2), buffer.All.Part(64, 4)),
            () => backend.LogitLoss(LogitLossKind.SigmoidCrossEntropy, new BinaryTargets(4, 1f, 0f), a, a, b),
            () => backend.Gemm(new GemmShape(2, 2, 2), a, b, c, new GemmEpilogue { Output = c, Activation = Activation.Tanh }),
            () => backend.Gemm(new GemmShape(2, 2, 2), a, b, c, new GemmEpilogue { Bias = buffer.All.Part(130, 2) }),
            () => backend.Gemm(new GemmShape(2, 2, 2, TransposeA: true), a, b, c, new GemmEpilogue { ColumnSums = buffer.All.Part(64, 2) }),
        })
        {
            Assert.Contains("overlaps", Assert.Throws<ArgumentException>(bind).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void More_memory_than_there_is_gives_an_error_that_names_it()
    {
        using Device device = Device.Open("cpu");
        Stack<DeviceBuffer<long>> taken = [];
        DeviceOutOfMemoryException? error = null;
        try
        {
            // 16 GiB a time of address space; nothing of it is touched.
            for (int i = 0; i < 20_000 && error is null; i++)
                taken.Push(device.Backend.Allocate<long>(int.MaxValue));
        }
        catch (DeviceOutOfMemoryException e)
        {
            error = e;
        }
        finally
        {
            foreach (DeviceBuffer<long> buffer in taken)
                buffer.Dispose();
        }

        if (error is null)
            Assert.Skip("This machine promises any amount of memory.");
        Assert.Contains("17,179,869,176 bytes", error.Message, StringComparison.Ordinal);
        using DeviceBuffer<float> after = device.Backend.Allocate<float>(16);
        Assert.Equal(1, device.LiveBuffers);
    }
}
