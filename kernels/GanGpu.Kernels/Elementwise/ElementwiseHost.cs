using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// The elementwise operations: y[i] from the inputs' elements i. y may be an input. Tails go through the same vector
/// arithmetic as the rest, so an element's bits do not depend on its index.
/// </summary>
internal static unsafe class ElementwiseHost
{
    // Floats a thread takes at a time: 256 bytes, so that no two threads share a cache line.
    private const int Grain = 64;

    // The approximate time to stream an element through the second-level cache.
    private const double NanosecondsPerElement = 0.1, NanosecondsPerTranscendental = 0.4;

    /// <summary>y = a + b.</summary>
    public static Action Add(ThreadTeam team, int length, float* a, float* b, float* y) =>
        Bind(team, length, new BinaryKernel<Sum>(a, b, y, default), NanosecondsPerElement);

    /// <summary>y = a ⊙ b.</summary>
    public static Action Multiply(ThreadTeam team, int length, float* a, float* b, float* y) =>
        Bind(team, length, new BinaryKernel<Product>(a, b, y, default), NanosecondsPerElement);

    /// <summary>y = factor · x.</summary>
    public static Action Scale(ThreadTeam team, int length, float factor, float* x, float* y) =>
        Bind(team, length, new BinaryKernel<Scaling>(x, x, y, factor), NanosecondsPerElement);

    /// <summary>y = f(x).</summary>
    public static Action Activate(ThreadTeam team, int length, Activation f, float* x, float* y) => f.Kind switch
    {
        ActivationKind.Identity => Activate<VectorIdentity>(team, length, f, x, y),
        ActivationKind.LeakyRelu => Activate<VectorLeakyRelu>(team, length, f, x, y),
        ActivationKind.Relu => Activate<VectorRelu>(team, length, f, x, y),
        ActivationKind.Tanh => Activate<VectorTanh>(team, length, f, x, y),
        ActivationKind.Sigmoid => Activate<VectorSigmoid>(team, length, f, x, y),
        _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "Not an activation."),
    };

    /// <summary>dx = dy ⊙ f'(x), from y = f(x).</summary>
    public static Action ActivationGradient(
        ThreadTeam team, int length, Activation f, float* dy, float* y, float* dx) => f.Kind switch
        {
            ActivationKind.Identity => ActivationGradient<VectorIdentity>(team, length, f, dy, y, dx),
            ActivationKind.LeakyRelu => ActivationGradient<VectorLeakyRelu>(team, length, f, dy, y, dx),
            ActivationKind.Relu => ActivationGradient<VectorRelu>(team, length, f, dy, y, dx),
            ActivationKind.Tanh => ActivationGradient<VectorTanh>(team, length, f, dy, y, dx),
            ActivationKind.Sigmoid => ActivationGradient<VectorSigmoid>(team, length, f, dy, y, dx),
            _ => throw new ArgumentOutOfRangeException(nameof(f), f.Kind, "Not an activation."),
        };

    /// <summary>y[r,c] = x[r,c] + bias[c].</summary>
    public static Action AddBias(ThreadTeam team, int rows, int columns, float* x, float* bias, float* y) =>
        HostTask.Bind(team, new AddBiasKernel(columns, x, bias, y), rows, NanosecondsPerElement * columns);

    /// <summary>y[r,c] = row[c].</summary>
    public static Action BroadcastRows(ThreadTeam team, int rows, int columns, float* row, float* y) =>
        HostTask.Bind(team, new BroadcastRowsKernel(columns, row, y), rows, NanosecondsPerElement * columns);

    private static Action Activate<TActivation>(ThreadTeam team, int length, Activation f, float* x, float* y)
        where TActivation : struct, IVectorActivation =>
        Bind(team, length, new BinaryKernel<Applied<TActivation>>(x, x, y, f.Leak), NanosecondsPerTranscendental);

    private static Action ActivationGradient<TActivation>(
        ThreadTeam team, int length, Activation f, float* dy, float* y, float* dx)
        where TActivation : struct, IVectorActivation =>
        Bind(team, length, new BinaryKernel<Derived<TActivation>>(dy, y, dx, f.Leak), NanosecondsPerElement);

    public static Action Fill(ThreadTeam team, int length, float value, float* y) =>
        HostTask.Bind(team, new FillKernel(value, y), length, NanosecondsPerElement, Grain);

    private static Action Bind<TOperation>(
        ThreadTeam team, int length, BinaryKernel<TOperation> kernel, double nanoseconds)
        where TOperation : struct, IOperation =>
        HostTask.Bind(team, kernel, length, nanoseconds, Grain);

    /// <summary>An operation on a pair of elements.</summary>
    private interface IOperation
    {
        static abstract TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd>;
    }

    /// <summary>y[i] = operation(a[i], b[i], constant). Units are elements.</summary>
    private readonly struct BinaryKernel<TOperation>(float* a, float* b, float* y, float constant) : IHostKernel
        where TOperation : struct, IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            TSimd splat = TSimd.Splat(constant);
            float* a1 = a, b1 = b, y1 = y;
            int i = start;
            for (; i <= end - TSimd.Count; i += TSimd.Count)
                TOperation.Apply(TSimd.Load(a1 + i), TSimd.Load(b1 + i), splat).Store(y1 + i);
            if (i < end)
                TOperation.Apply(TSimd.LoadPart(a1 + i, end - i), TSimd.LoadPart(b1 + i, end - i), splat)
                    .StorePart(y1 + i, end - i);
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct AddBiasKernel(int columns, float* x, float* bias, float* y) : IHostKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            for (int row = start; row < end; row++)
            {
                float* from = x + (nint)row * columns, to = y + (nint)row * columns;
                int i = 0;
                for (; i <= columns - TSimd.Count; i += TSimd.Count)
                    (TSimd.Load(from + i) + TSimd.Load(bias + i)).Store(to + i);
                if (i < columns)
                    (TSimd.LoadPart(from + i, columns - i) + TSimd.LoadPart(bias + i, columns - i))
                        .StorePart(to + i, columns - i);
            }
        }
    }

    /// <summary>Units are rows.</summary>
    private readonly struct BroadcastRowsKernel(int columns, float* row, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd>
        {
            ReadOnlySpan<float> source = new(row, columns);
            for (int i = start; i < end; i++)
                source.CopyTo(new Span<float>(y + (nint)i * columns, columns));
        }
    }

    /// <summary>Units are elements.</summary>
    private readonly struct FillKernel(float value, float* y) : IHostKernel
    {
        public void Run<TSimd>(int start, int end)
            where TSimd : struct, ISimd<TSimd> =>
            new Span<float>(y + start, end - start).Fill(value);
    }

    private readonly struct Sum : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd> => a + b;
    }

    private readonly struct Product : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd> => a * b;
    }

    private readonly struct Scaling : IOperation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd> => a * constant;
    }

    private readonly struct Applied<TActivation> : IOperation
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd> => TActivation.Apply(a, constant);
    }

    private readonly struct Derived<TActivation> : IOperation
        where TActivation : struct, IVectorActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TSimd Apply<TSimd>(TSimd a, TSimd b, TSimd constant)
            where TSimd : struct, ISimd<TSimd> => a * TActivation.Derivative(b, constant);
    }
}
