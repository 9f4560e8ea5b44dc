namespace GanGpu.Kernels.Gemm;

/// <summary>
/// How A and B of a product are stored. It is a type so that the index arithmetic of a kernel generic over it is
/// folded.
/// </summary>
internal interface IGemmLayout
{
    /// <summary>A is stored [K,M].</summary>
    bool TransposeA { get; }

    /// <summary>B is stored [N,K].</summary>
    bool TransposeB { get; }
}

/// <summary>A [M,K], B [K,N]: forward.</summary>
internal readonly struct LayoutNN : IGemmLayout
{
    public bool TransposeA => false;

    public bool TransposeB => false;
}

/// <summary>A [M,K], B [N,K]: the gradient of a layer's input.</summary>
internal readonly struct LayoutNT : IGemmLayout
{
    public bool TransposeA => false;

    public bool TransposeB => true;
}

/// <summary>A [K,M], B [K,N]: the gradient of a layer's weights.</summary>
internal readonly struct LayoutTN : IGemmLayout
{
    public bool TransposeA => true;

    public bool TransposeB => false;
}

/// <summary>A [K,M], B [N,K]: not needed by any layer, but a product's shape can ask for it.</summary>
internal readonly struct LayoutTT : IGemmLayout
{
    public bool TransposeA => true;

    public bool TransposeB => true;
}
