using System.Runtime.CompilerServices;
using GanGpu.Kernels.Host;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Elementwise;

/// <summary>
/// Functions of one number other than activations. Norms, quotients and standard deviations are made of them.
/// </summary>
internal enum ElementwiseKind
{
    /// <summary>
    /// 1 / x; 0 if x is 0, so that a vector of length 0 has no direction rather than an infinite one.
    /// </summary>
    Reciprocal,

    /// <summary>√x; NaN below 0.</summary>
    SquareRoot,

    /// <summary>1 / √x; 0 if x is 0, NaN below.</summary>
    InverseSquareRoot,

    /// <summary>ln(1 + e^x) = max(x, 0) + log1p(e^−|x|).</summary>
    Softplus,

    /// <summary>e^x.</summary>
    Exponential,

    /// <summary>ln x; −∞ at 0, NaN below.</summary>
    Logarithm,
}

/// <summary>f(x + Offset), elementwise.</summary>
/// <param name="Kind">f.</param>
/// <param name="Offset">A number that is added to x first, such as the ε of a variance.</param>
internal readonly record struct ElementwiseFunction(ElementwiseKind Kind, float Offset = 0f)
{
    /// <summary>Binds a form of the operation with f as a type, so that its kernel or loop has f inlined.</summary>
    public Action Bind<TForm>(TForm form)
        where TForm : struct, IFunctionForm => Kind switch
        {
            ElementwiseKind.Reciprocal => form.Bind<ReciprocalFunction>(),
            ElementwiseKind.SquareRoot => form.Bind<SquareRootFunction>(),
            ElementwiseKind.InverseSquareRoot => form.Bind<InverseSquareRootFunction>(),
            ElementwiseKind.Softplus => form.Bind<SoftplusFunction>(),
            ElementwiseKind.Exponential => form.Bind<ExponentialFunction>(),
            ElementwiseKind.Logarithm => form.Bind<LogarithmFunction>(),
            _ => throw new InvalidOperationException($"The function {Kind} has no kernel."),
        };
}

/// <summary>The GPU's or the host's form of the operation, for any function.</summary>
internal interface IFunctionForm
{
    Action Bind<TFunction>()
        where TFunction : unmanaged, IElementwiseFunction;
}

/// <summary>A function of <see cref="ElementwiseKind"/> as a type: for GPUs, and for vectors.</summary>
internal interface IElementwiseFunction
{
    float Apply(float x);

    static abstract TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd>;
}

/// <summary>1 / x; 0 if x is 0.</summary>
internal readonly struct ReciprocalFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => x == 0f ? 0f : 1f / x;

    // Only 0 is below the smallest denormal number; NaN stays NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> =>
        TSimd.WhereGreater(TSimd.Splat(float.Epsilon), TSimd.Abs(x), TSimd.Splat(0f), TSimd.Splat(1f) / x);
}

/// <summary>√x.</summary>
internal readonly struct SquareRootFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => TSimd.Sqrt(x);
}

/// <summary>1 / √x; 0 if x is 0.</summary>
internal readonly struct InverseSquareRootFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => x == 0f ? 0f : 1f / MathF.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => ReciprocalFunction.Apply(TSimd.Sqrt(x));
}

/// <summary>ln(1 + e^x).</summary>
internal readonly struct SoftplusFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => (x <= 0f ? 0f : x) + PreciseMath.Log1p(PreciseMath.ExpOfMinusMagnitude(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> =>
        TSimd.Max(TSimd.Splat(0f), x) + VectorMath.Log1pOfUnit(VectorMath.Exp(TSimd.Abs(x) ^ TSimd.Splat(-0f)));
}

/// <summary>e^x.</summary>
internal readonly struct ExponentialFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => PreciseMath.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => VectorMath.Exp(x);
}

/// <summary>ln x.</summary>
internal readonly struct LogarithmFunction : IElementwiseFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float x) => PreciseMath.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSimd Apply<TSimd>(TSimd x)
        where TSimd : struct, ISimd<TSimd> => VectorMath.Log(x);
}
