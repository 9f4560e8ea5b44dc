namespace GanGpu.PyTorch;

/// <summary>Whose names and layouts a file of weights has.</summary>
internal enum WeightLayout
{
    /// <summary>PyTorch's: "0.weight", linear layers [outputs, inputs], channels first.</summary>
    PyTorch,

    /// <summary>Keras's: "dense/kernel:0", dense layers [inputs, outputs], channels last.</summary>
    Keras,
}
