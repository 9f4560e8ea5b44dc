using GanGpu.Kernels;
using GanGpu.Tests.Reference;
using GanGpu.Tests.Support;

namespace GanGpu.Tests.Kernels;

/// <summary>
/// The kernels' CUDA code, run by the interpreter on small data: what it writes, and that it touches nothing outside of its
/// buffers, races nowhere and parts at no branch that it calls uniform.
/// </summary>
[Collection("ptx")]
public sealed class PtxExecutionTests
{
    private static readonly string[] Layouts = ["LayoutNN", "LayoutNT", "LayoutTN", "LayoutTT"];

    [Theory]
    [InlineData(7, 5)]
    [InlineData(9, 0)]
    public void Every_kernel_loads(int major, int minor)
    {
        PtxInterpreter.Require();
        List<string> faults = [];
        foreach ((string name, string text) in KernelPtx.All(major, minor))
        {
            try
            {
                using PtxInterpreter module = new(text);
                Assert.True(module.HasKernel(KernelPtx.EntryOf(text)));
            }
            catch (PtxException e)
            {
                faults.Add($"{name}: {e.Message}");
            }
        }

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Products_of_all_layouts_and_epilogues(bool naive)
    {
        string kernel = naive ? "GemmNaiveGpu.GemmNaiveKernel" : "GemmTiledGpu.GemmTiledKernel";
        foreach (string layout in Layouts)
        {
            foreach ((int m, int n, int k) in ((int, int, int)[])[(1, 1, 1), (33, 1, 40), (5, 70, 15), (32, 32, 16), (31, 65, 17)])
            {
                GemmShape shape = new(m, n, k, layout[6] == 'T', layout[7] == 'T');
                float[] a = Samples.Floats(m * k, 1), b = Samples.Floats(k * n, 2), bias = Samples.Floats(n, 3), output = Samples.Floats(m * n, 4);
                Check($"{kernel}<{layout}, PlainEpilogue>", shape, a, b, [0f], ReferenceGemm.Product(shape, a, b), null);
                if (!shape.TransposeB)
                    Check($"{kernel}<{layout}, ColumnSumsEpilogue>", shape, a, b, [0f], ReferenceGemm.Product(shape, a, b), ReferenceGemm.ColumnSums(shape, b));
                Check($"{kernel}<{layout}, BiasEpilogue<TanhActivation>>", shape, a, b, bias, ReferenceGemm.Biased(shape, a, b, bias, Activation.Tanh), null);
                Check($"{kernel}<{layout}, ActivationGradientEpilogue<SigmoidActivation>>", shape, a, b, output, ReferenceGemm.TimesDerivative(shape, a, b, output, Activation.Sigmoid), null);
            }
        }

        void Check(string name, GemmShape shape, float[] a, float[] b, float[] operand, Expected expected, Expected? sums)
        {
            using PtxMemory memory = new();
            ulong c = memory.Allocate(Poison(shape.M * shape.N)), s = memory.Allocate(Poison(shape.N));
            PtxParameters parameters = new PtxParameters().Add(shape.M).Add(shape.N).Add(shape.K).Add(0f)
                .View(memory.Allocate(a), a.Length).View(memory.Allocate(b), b.Length).View(c, shape.M * shape.N)
                .View(memory.Allocate(operand), operand.Length).View(s, shape.N);
            if (naive)
                Run(name, memory, Groups(shape.M * shape.N, 64), 64, parameters);
            else
                Run(name, memory, Groups(shape.M, GemmTiledGpu.Tile) * Groups(shape.N, GemmTiledGpu.Tile), GemmTiledGpu.GroupSize, parameters);
            Agree($"{name} {shape}", expected, memory.Read<float>(c, shape.M * shape.N));
            if (sums is { } wanted)
                Agree($"{name} {shape} sums", wanted, memory.Read<float>(s, shape.N));
        }
    }

    [Fact]
    public void Adam()
    {
        const int Count = 300;
        AdamOptions options = new();
        float[] start = Samples.Floats(Count, 1);
        ReferenceAdam reference = new(options, start, 0);
        using PtxMemory memory = new();
        ulong step = memory.Allocate(0u), rate = memory.Allocate((float)options.LearningRate), coefficients = memory.Allocate(Poison(2)), theta = memory.Allocate(start);
        ulong first = memory.Allocate(new float[Count]), second = memory.Allocate(new float[Count]);
        for (int t = 0; t < 3; t++)
        {
            float[] gradient = Samples.Floats(Count, 10 + t);
            reference.Step(gradient);
            Run("AdamGpu.AdvanceStepKernel", memory, 1, 1, new PtxParameters()
                .Add((float)Math.Log(options.Beta1)).Add((float)Math.Log(options.Beta2)).View(step, 1).View(rate, 1).View(coefficients, 2));
            Run("AdamGpu.AdamKernel", memory, Groups(Count, 128), 128, new PtxParameters()
                .Add(Count).Add((float)options.Beta1).Add((float)(1 - options.Beta1)).Add((float)options.Beta2).Add((float)(1 - options.Beta2)).Add((float)options.Epsilon)
                .View(coefficients, 2).View(theta, Count).View(memory.Allocate(gradient), Count).View(first, Count).View(second, Count));
        }

        Assert.Equal(3u, memory.Read<uint>(step, 1)[0]);
        Agree("Adam", Expected.Within(reference.Parameters, 3e-7, 1e-8), memory.Read<float>(theta, Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Noise(bool normal)
    {
        const int Count = 403;
        const ulong Seed = 0x123456789abcdef0;
        using PtxMemory memory = new();
        ulong y = memory.Allocate(Poison(Count));
        Run($"NoiseGpu.{(normal ? "Normal" : "Uniform")}Kernel", memory, Groups((Count + 3) / 4, 32), 32, new PtxParameters()
            .Add(Count).Add(Seed).Add(RandomStreams.GeneratorLatent).View(memory.Allocate(7u), 1).View(y, Count));
        double[] expected = [.. Enumerable.Range(0, Count).Select(i => ReferencePhilox.Element(Seed, RandomStreams.GeneratorLatent, 7, i, normal))];
        Agree("Noise", Expected.Within(expected, 4e-7, 4e-7), memory.Read<float>(y, Count));
    }

    [Fact]
    public void Batch()
    {
        const int Images = 23, Rows = 5, Size = 50;
        byte[] data = new byte[Images * Size];
        new Random(3).NextBytes(data);
        DataOrder order = new(Images, Rows, 99);
        for (uint step = 1; step < 7; step++)
        {
            using PtxMemory memory = new();
            ulong y = memory.Allocate(Poison(Rows * Size));
            Run("BatchGpu.BatchKernel", memory, Rows, 32, new PtxParameters()
                .Add(Images).Add(Rows).Add(Size).Add(order.Seed).View(memory.Allocate(step), 1).View(memory.Allocate(data), data.Length).View(y, Rows * Size));
            Assert.Equal(
                [.. Enumerable.Range(0, Rows * Size).Select(i => (data[order.ImageAt(step, i / Size) * Size + i % Size] - 127.5f) * (1f / 127.5f))],
                memory.Read<float>(y, Rows * Size));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(150)]
    public void Sigmoid_cross_entropy(int rows)
    {
        float[] logits = [.. Samples.Floats(rows, 5).Select(x => 5 * x)];
        BinaryTargets targets = new(rows / 2, 0.9f, 0f, 1f, 2f);
        using PtxMemory memory = new();
        ulong gradient = memory.Allocate(Poison(rows)), figures = memory.Allocate(Poison(4));
        Run("SigmoidCrossEntropyGpu.SigmoidCrossEntropyKernel", memory, 1, 64, new PtxParameters()
            .Add(rows).Add(targets).View(memory.Allocate(logits), rows).View(gradient, rows).View(figures, 4));
        (double[] gradients, double[] means) = ReferenceCrossEntropy.Of(targets, logits);
        Agree("gradient", Expected.Within(gradients, 4e-7, 8e-7), memory.Read<float>(gradient, rows));
        Agree("figures", Expected.Within(means, 2e-6, 1e-7), memory.Read<float>(figures, 4));
    }

    [Fact]
    public void Column_sums()
    {
        const int Rows = 130, Columns = 70, RowsOfPart = 64, Parts = 3;
        float[] x = Samples.Floats(Rows * Columns, 6);
        using PtxMemory memory = new();
        ulong scratch = memory.Allocate(Poison(Parts * Columns)), sums = memory.Allocate(Poison(Columns));
        Run("ReductionGpu.ColumnSumsKernel", memory, 2 * Parts, 64, new PtxParameters()
            .Add(Rows).Add(Columns).Add(RowsOfPart).View(memory.Allocate(x), x.Length).View(scratch, Parts * Columns));
        Run("ReductionGpu.ColumnSumsKernel", memory, 2, 64, new PtxParameters().Add(Parts).Add(Columns).Add(Parts).View(scratch, Parts * Columns).View(sums, Columns));
        double[] expected = [.. Enumerable.Range(0, Columns).Select(c => Enumerable.Range(0, Rows).Sum(r => (double)x[r * Columns + c]))];
        Agree("sums", Expected.Within(expected, 0, 2e-5), memory.Read<float>(sums, Columns));
    }

    [Fact]
    public void Elementwise()
    {
        const int Columns = 7, Count = 40 * Columns;
        float[] x = Samples.Floats(Count, 1), y = Samples.Floats(Count, 2), row = Samples.Floats(Columns, 3);
        Check("AddBiasKernel", i => x[i] + row[i % Columns], memory => new PtxParameters().Add(Count).Add(Columns).View(memory.Allocate(x), Count).View(memory.Allocate(row), Columns));
        Check("BroadcastRowsKernel", i => row[i % Columns], memory => new PtxParameters().Add(Count).Add(Columns).View(memory.Allocate(row), Columns));
        Check("AddKernel", i => x[i] + y[i], memory => new PtxParameters().Add(Count).View(memory.Allocate(x), Count).View(memory.Allocate(y), Count));
        Check("MultiplyKernel", i => x[i] * y[i], memory => new PtxParameters().Add(Count).View(memory.Allocate(x), Count).View(memory.Allocate(y), Count));
        Check("ScaleKernel", i => 0.3f * x[i], memory => new PtxParameters().Add(Count).Add(0.3f).View(memory.Allocate(x), Count));
        foreach (Activation f in ReferenceActivation.All)
        {
            string name = $"<{f.Kind}Activation>";
            Check($"ActivateKernel{name}", i => ReferenceActivation.Apply(f, x[i]), memory => new PtxParameters().Add(Count).Add(f.Leak).View(memory.Allocate(x), Count));
            Check(
                $"ActivationGradientKernel{name}", i => x[i] * ReferenceActivation.Derivative(f, y[i]),
                memory => new PtxParameters().Add(Count).Add(f.Leak).View(memory.Allocate(x), Count).View(memory.Allocate(y), Count));
        }

        void Check(string name, Func<int, double> expected, Func<PtxMemory, PtxParameters> inputs)
        {
            using PtxMemory memory = new();
            ulong result = memory.Allocate(Poison(Count));
            Run($"ElementwiseGpu.{name}", memory, Groups(Count, 64), 64, inputs(memory).View(result, Count));
            Agree(name, Expected.Within([.. Enumerable.Range(0, Count).Select(expected)], 5e-7, 1e-7), memory.Read<float>(result, Count));
        }
    }

    [Fact]
    public void Figures_in_a_ring()
    {
        using PtxMemory memory = new();
        ulong ring = memory.Allocate(new float[12]);
        Run("FigureRingGpu.RecordKernel", memory, 1, 32, new PtxParameters().Add(4).Add(3).View(memory.Allocate(5u), 1).View(memory.Allocate(1f, 2f, 3f, 4f), 4).View(ring, 12));
        Assert.Equal([0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0], memory.Read<float>(ring, 12));
    }

    [Fact]
    public void A_buffer_that_is_too_short_is_found()
    {
        using PtxMemory memory = new();
        PtxParameters parameters = new PtxParameters().Add(100).View(memory.Allocate(new float[100]), 100).View(memory.Allocate(new float[100]), 100).View(memory.Allocate(new float[99]), 100);
        PtxException e = Assert.Throws<PtxException>(() => Run("ElementwiseGpu.AddKernel", memory, 2, 64, parameters));
        Assert.Matches(@"^kernel Kernel_AddKernel, line \d+ of its PTX \(st\.global\.f32 .*\), block \(1,0,0\), thread \(35,0,0\): 4 bytes of global memory at 0x", e.Message);
    }

    [Fact]
    public void The_assembler_may_contract_products_and_sums()
    {
        GemmShape shape = new(32, 32, 64);
        float[] a = Samples.Floats(32 * 64, 1), b = Samples.Floats(64 * 32, 2);
        PtxInterpreter.SetVariable("GANGPU_PTX_CONTRACT", "1");
        float[] contracted;
        try
        {
            contracted = Product();
        }
        finally
        {
            PtxInterpreter.SetVariable("GANGPU_PTX_CONTRACT", null);
        }

        float[] fused = new float[32 * 32], separate = new float[32 * 32];
        for (int i = 0; i < fused.Length; i++)
        {
            for (int k = 0; k < 64; k++)
            {
                float x = a[i / 32 * 64 + k], y = b[k * 32 + i % 32];
                fused[i] = MathF.FusedMultiplyAdd(x, y, fused[i]);
                separate[i] += x * y;
            }
        }

        Assert.Equal(fused, contracted);
        Assert.Equal(separate, Product());
        Assert.NotEqual(fused, separate);

        float[] Product()
        {
            using PtxMemory memory = new();
            ulong c = memory.Allocate(Poison(32 * 32));
            Run("GemmTiledGpu.GemmTiledKernel<LayoutNN, PlainEpilogue>", memory, 1, 64, new PtxParameters().Add(shape.M).Add(shape.N).Add(shape.K).Add(0f)
                .View(memory.Allocate(a), a.Length).View(memory.Allocate(b), b.Length).View(c, 1024).View(c, 1024).View(c, 1024));
            return memory.Read<float>(c, 32 * 32);
        }
    }

    private static void Run(string name, PtxMemory memory, int grid, int block, PtxParameters parameters)
    {
        PtxInterpreter.Require();
        string text = KernelPtx.Of(name);
        using PtxInterpreter module = new(text);
        module.Launch(KernelPtx.EntryOf(text), memory, grid, block, parameters);
    }

    private static int Groups(int count, int size) => (count + size - 1) / size;

    private static float[] Poison(int count)
    {
        float[] values = new float[count];
        Array.Fill(values, float.NaN);
        return values;
    }

    private static void Agree(string what, Expected expected, float[] actual)
    {
        for (int i = 0; i < actual.Length; i++)
            Assert.True(Math.Abs(expected.Values[i] - actual[i]) <= expected.Slack[i], $"{what}, element {i}: {actual[i]:R}, not {expected.Values[i]:R}.");
    }
}
