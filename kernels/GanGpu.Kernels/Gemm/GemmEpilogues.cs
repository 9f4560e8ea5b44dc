using System.Runtime.CompilerServices;
using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Gemm;

/// <summary>
/// What a GPU kernel does to a sum before it stores it. It is a type so that a kernel generic over it has it inlined.
/// It reads one more operand, at (row, column) or at (column) alone.
/// </summary>
internal interface IGemmEpilogue
{
    /// <summary>The operand is [M,N] and is read at the element's own row and column.</summary>
    bool ReadsElement { get; }

    /// <summary>The operand is [N] and is read at the element's column.</summary>
    bool ReadsColumn { get; }

    /// <summary>The kernel also computes the column sums of op(B): the operand is [N] and receives them.</summary>
    bool SumsColumns { get; }

    /// <summary>The element to store, from its sum and the operand read for it.</summary>
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
