using GanGpu;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

/// <summary>12. An ILGPU accelerator of one's own, and samples that stay on it.</summary>
internal static class OwnAccelerator
{
    public static async Task Run(DataSet data)
    {
        using Context context = Context.Create(builder => builder.Optimize(OptimizationLevel.O2));
        using Accelerator accelerator = new CPUDevice(8, 8, 1).CreateCPUAccelerator(context);
        using GanGpu.Device device = GanGpu.Device.Of(accelerator);
        MlpPreset small = Preset.Mlp with { GeneratorUnits = new(8, 8), DiscriminatorUnits = new(8, 8) };
        using GanTrainer trainer = new(device, small, data, new() { BatchSize = 8 });
        await trainer.TrainStepsAsync(3);
        using var images = accelerator.Allocate1D<float>(4 * data.SampleSize);
        trainer.Generator.Sample(images.View, seed: 1);
        var toUnit = accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<float>>(ToUnit);
        toUnit((int)images.Length, images.View);
        Console.WriteLine($"Mean brightness: {images.GetAsArray1D().Average():F2} of 1");
    }

    private static void ToUnit(Index1D i, ArrayView<float> values) => values[i] = (values[i] + 1) / 2;
}
