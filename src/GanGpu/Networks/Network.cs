namespace GanGpu.Networks;

/// <summary>
/// A network is a function over symbolic tensors: from a batch, one sample a row, to its result, taking what it trains
/// from <paramref name="parameters"/>. It may be applied any number of times.
/// </summary>
/// <param name="parameters">The network's trainable tensors, and what it keeps.</param>
/// <param name="input">A batch: latent vectors for a generator, samples for a discriminator.</param>
/// <param name="labels">
/// The classes [rows, classes], a 1 in the column of a row's class and 0 elsewhere; null where the training has none.
/// </param>
public delegate Tensor Network(Parameters parameters, Tensor input, Tensor? labels = null);
