namespace GanGpu.Networks;

/// <summary>
/// What a parameter's initial values are drawn from. The fans of a convolution count its kernel's pixels.
/// </summary>
internal enum InitializerKind
{
    /// <summary>All zero.</summary>
    Zeros,

    /// <summary>All one.</summary>
    Ones,

    /// <summary>
    /// Uniform on ±√(6 / (fan in + fan out)): Glorot and Bengio (AISTATS 2010), TensorFlow's default for kernels.
    /// </summary>
    GlorotUniform,

    /// <summary>Normal with mean 0 and a given standard deviation; DCGAN's is 0.02.</summary>
    Normal,

    /// <summary>Normal with mean 1 and a given standard deviation; that of DCGAN's batch norms is 0.02.</summary>
    NormalAroundOne,

    /// <summary>Uniform on ± a given limit.</summary>
    Uniform,

    /// <summary>Uniform on ±1 / √(fan in): PyTorch's default for the weights and biases of its layers.</summary>
    UniformFanIn,

    /// <summary>Normal with mean 0 and standard deviation √(2 / fan in): He et al. 2015, arXiv:1502.01852.</summary>
    HeNormal,

    /// <summary>Uniform on ±√(6 / fan in): of the same standard deviation.</summary>
    HeUniform,

    /// <summary>All one number.</summary>
    Constant,
}
