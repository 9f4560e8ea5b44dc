using System.Runtime.CompilerServices;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// What becomes of a sum of a product before it is stored, as a type, so that a kernel generic over it has it inlined.
/// One more operand is read for it, at (row, column) or at (column) alone.
/// </summary>
internal interface IGemmEpilogue
{
    /// <summary>The operand is [M,N] and is read at the element's own place.</summary>
    bool ReadsElement { get; }

    /// <summary>The operand is [N] and is read at the element's column.</summary>
    bool ReadsColumn { get; }

    /// <summary>The column sums of op(B) are wanted too: the operand is [N] and receives them.</summary>
    bool SumsColumns { get; }

    /// <summary>The element stored, from its sum and the operand there.</summary>
    float Apply(float sum, float operand, float leak);
}

/// <summary>What may be fused behind a weight gradient.</summary>
internal interface IWeightEpilogue : IGemmEpilogue;

/// <summary>What may be fused behind an input gradient.</summary>
internal interface IInputEpilogue : IGemmEpilogue;

/// <summary>C = AB.</summary>
internal readonly struct PlainEpilogue : IWeightEpilogue, IInputEpilogue
{
    public bool ReadsElement => false;

    public bool ReadsColumn => false;

    public bool SumsColumns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float sum, float operand, float leak) => sum;
}

/// <summary>C = AB, and Σ_k B[k,n] beside it: the gradients of a layer's weights and bias.</summary>
internal readonly struct ColumnSumsEpilogue : IWeightEpilogue
{
    public bool ReadsElement => false;

    public bool ReadsColumn => false;

    public bool SumsColumns => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float sum, float operand, float leak) => sum;
}

/// <summary>C = f(AB + bias): a layer.</summary>
internal readonly struct BiasEpilogue<TActivation> : IGemmEpilogue
    where TActivation : unmanaged, IActivation
{
    public bool ReadsElement => false;

    public bool ReadsColumn => true;

    public bool SumsColumns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float sum, float operand, float leak) => default(TActivation).Apply(sum + operand, leak);
}

/// <summary>C = AB ⊙ f'(output): the gradient of a layer's input, taken through the activation before it.</summary>
internal readonly struct ActivationGradientEpilogue<TActivation> : IInputEpilogue
    where TActivation : unmanaged, IActivation
{
    public bool ReadsElement => true;

    public bool ReadsColumn => false;

    public bool SumsColumns => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Apply(float sum, float operand, float leak) => sum * default(TActivation).Derivative(operand, leak);
}
