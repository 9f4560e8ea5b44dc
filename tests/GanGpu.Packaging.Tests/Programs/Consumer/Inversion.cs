using GanGpu;
using GanGpu.Networks;

/// <summary>9. Gradients: the latent vector of a picture.</summary>
internal static class Inversion
{
    public static Task Run(Device device, DataSet data)
    {
        using GanTrainer trainer = new(device, Preset.Mlp, data);
        Generator generator = trainer.Generator;
        float[] latent = new float[generator.LatentSize], picture = generator.Sample(1, seed: 5).Values.ToArray();
        Tensor z = Tensor.Input("z", 1, latent.Length), x = Tensor.Input("x", 1, picture.Length);
        Tensor error = (generator.Apply(z) - x).Square().Sum();
        using TensorFunction function = new(device, [z, x], [error, Tensor.Gradient(error, z)]);
        float before = function.Run(latent, picture)[0][0];
        for (int i = 0; i < 100; i++)
            latent = [.. latent.Zip(function.Run(latent, picture)[1], (value, slope) => value - 0.05f * slope)];
        return function.Run(latent, picture)[0][0] < 0.5f * before ? Task.CompletedTask
            : throw new InvalidOperationException("It is not found.");
    }
}
