using GanGpu.Graph;

namespace GanGpu.Networks;

/// <summary>
/// A network is a function over symbolic tensors: from a batch, one sample a row, to its result, taking what it trains
/// from <paramref name="parameters"/>. It may be applied any number of times.
/// </summary>
/// <param name="parameters">The network's trainable tensors.</param>
/// <param name="input">A batch: latent vectors for a generator, samples for a discriminator.</param>
public delegate Tensor Network(Parameters parameters, Tensor input);
