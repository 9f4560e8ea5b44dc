using System.Runtime.CompilerServices;

namespace GanGpu.Kernels;

/// <summary>An elementwise formula y = f(a, b), with one parameter that is the same for all elements.</summary>
internal interface IElementwise
{
    static abstract T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T>;
}

/// <summary>a; what a plain matrix product does with its sums.</summary>
internal readonly struct KeepOperation : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => a;
}

/// <summary>a + b.</summary>
internal readonly struct AddOperation : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => a + b;
}

/// <summary>a · b.</summary>
internal readonly struct MultiplyOperation : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => a * b;
}

/// <summary>factor · a.</summary>
internal readonly struct ScaleOperation : IElementwise
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => parameter * a;
}

/// <summary>f(a).</summary>
internal readonly struct ActivateOperation<TActivation> : IElementwise
    where TActivation : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => TActivation.Apply(a, parameter);
}

/// <summary>f(a + b), b a bias.</summary>
internal readonly struct BiasActivationOperation<TActivation> : IElementwise
    where TActivation : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => TActivation.Apply(a + b, parameter);
}

/// <summary>a · f' from b, the output of f.</summary>
internal readonly struct ActivationGradientOperation<TActivation> : IElementwise
    where TActivation : IVectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Apply<T>(T a, T b, T parameter)
        where T : unmanaged, ISimd<T> => a * TActivation.Derivative(b, parameter);
}

/// <summary>
/// y[r, c] = f(a[r, c], b[r · bStride + c]) over rows × columns; b's stride is 0 where every row has the same (a bias).
/// y may be a or b.
/// </summary>
internal sealed unsafe class ElementwiseHost<TSimd, TOperation>(int rows, int columns, float* a, float* b, int bStride, float parameter, float* y) : TeamWork
    where TSimd : unmanaged, ISimd<TSimd>
    where TOperation : struct, IElementwise
{
    public override void Run(int part, int parts)
    {
        // One long row is cut between threads; a matrix is dealt out by rows.
        (int begin, int end) = Share(rows == 1 ? columns : rows, part, parts);
        if (rows == 1)
        {
            Row(a + begin, b + begin, y + begin, end - begin, parameter);
            return;
        }

        for (int row = begin; row < end; row++)
            Row(a + ((long)row * columns), b + ((long)row * bStride), y + ((long)row * columns), columns, parameter);
    }

    /// <summary>One row; also what a matrix product does with a row of a finished tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* a, float* b, float* y, int count, float parameter)
    {
        TSimd p = TSimd.Splat(parameter);
        int i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            TSimd.Store(TOperation.Apply(TSimd.Load(a + i), TSimd.Load(b + i), p), y + i);
        if (i < count)
        {
            TSimd last = TOperation.Apply(SimdTail.LoadPartial<TSimd>(a + i, count - i), SimdTail.LoadPartial<TSimd>(b + i, count - i), p);
            SimdTail.StorePartial(last, y + i, count - i);
        }
    }
}
