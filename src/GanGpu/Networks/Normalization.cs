using GanGpu.Graph;

namespace GanGpu.Networks;

// Normalisation: all scale and shift what they normalised, by parameters, and apply an activation to that.
public static partial class Layers
{
    /// <summary>
    /// Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167) of each column. In training by the batch's own mean and
    /// variance, of stacked batches each by itself; the moving averages of both, "<paramref name="name"/>.running_mean"
    /// and "<paramref name="name"/>.running_var", are kept for drawing samples, as in PyTorch with the variance divided
    /// by rows − 1. The scale is "<paramref name="name"/>.weight", the shift "<paramref name="name"/>.bias".
    /// </summary>
    /// <param name="input">A batch [rows, columns].</param>
    /// <param name="parameters">Where all of it is kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="activation">What is done to the result; nothing unless told.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="momentum">The share of a batch in the moving averages.</param>
    /// <param name="scale">How the scale starts: at 1 unless told.</param>
    /// <returns>A batch of the same shape.</returns>
    /// <exception cref="ArgumentException">The network has another parameter of a name.</exception>
    public static Tensor BatchNorm(
        this Tensor input, Parameters parameters, string name, Activation activation = default, float epsilon = 1e-5f,
        float momentum = 0.1f, Initializer? scale = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        (Tensor gamma, Tensor beta) = ScaleAndShift(parameters, name, input.Shape.Columns, scale ?? Initializer.Ones);
        (Tensor mean, Tensor variance) = RunningMoments(parameters, name, input.Shape.Columns);
        if (parameters.Traced)
            return Activated(
                new TracedLayer(nameof(BatchNorm), [input, gamma, beta, mean, variance], epsilon).Output, activation);
        if (parameters.Training)
            return Activated(
                new ScaleShift(Normalized(input, parameters, name, mean, variance, epsilon, momentum), gamma, beta)
                .Output, activation);
        Tensor factor = gamma * TensorMath.InverseSquareRoot(variance, epsilon);
        Tensor offset = beta - mean * factor;
        return Activated(new ScaleShift(input, factor, offset).Output, activation);
    }

    /// <summary>
    /// Batch norm of each channel over all pixels of the batch; see
    /// <see cref="BatchNorm(Tensor, Parameters, string, Activation, float, float, Initializer?)"/>.
    /// </summary>
    /// <param name="input">Images.</param>
    /// <param name="parameters">Where all of it is kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="activation">What is done to the result; nothing unless told.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="momentum">The share of a batch in the moving averages.</param>
    /// <param name="scale">How the scale starts: at 1 unless told; DCGAN's is normal with mean 1 and standard deviation
    /// 0.02.</param>
    /// <returns>Images of the same size.</returns>
    /// <exception cref="ArgumentException">The network has another parameter of a name.</exception>
    public static FeatureMap BatchNorm(
        this FeatureMap input, Parameters parameters, string name, Activation activation = default,
        float epsilon = 1e-5f, float momentum = 0.1f, Initializer? scale = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.With(input.Tensor.BatchNorm(parameters, name, activation, epsilon, momentum, scale));
    }

    /// <summary>
    /// Conditional batch norm (de Vries et al. 2017, arXiv:1707.00683; Dumoulin et al. 2017, arXiv:1610.07629): batch
    /// norm whose scale and shift are those of a sample's class, rows of "<paramref name="name"/>.weight" and
    /// "<paramref name="name"/>.bias" [classes, channels], which start at 1 and 0.
    /// </summary>
    /// <param name="input">Images.</param>
    /// <param name="parameters">Where all of it is kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="labels">[samples, classes], a 1 in the column of a sample's class and 0 elsewhere; mixtures of
    /// classes mix their scales.</param>
    /// <param name="activation">What is done to the result; nothing unless told.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <param name="momentum">The share of a batch in the moving averages.</param>
    /// <returns>Images of the same size.</returns>
    /// <exception cref="ArgumentException">There is not a row of labels for each sample, or the network has another
    /// parameter of a name.</exception>
    public static FeatureMap ConditionalBatchNorm(
        this FeatureMap input, Parameters parameters, string name, Tensor labels, Activation activation = default,
        float epsilon = 1e-5f, float momentum = 0.1f)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Shape.Rows != input.Batch)
            throw new ArgumentException($"Each of {input.Batch} samples needs a row of labels, but they are {labels}.");
        int channels = input.Channels;
        Shape table = new(labels.Shape.Columns, channels);
        Tensor scales = parameters.Get($"{name}.weight", table, Initializer.Ones);
        Tensor shifts = parameters.Get($"{name}.bias", table, Initializer.Zeros);
        (Tensor mean, Tensor variance) = RunningMoments(parameters, name, channels);
        if (parameters.Traced)
            return input.With(Activated(
                new TracedLayer(
                    nameof(ConditionalBatchNorm), [input.Tensor, labels, scales, shifts, mean, variance], epsilon)
                .Output, activation));
        Tensor gamma = new MatMul(labels, scales).Output, beta = new MatMul(labels, shifts).Output;
        Tensor normalized;
        if (parameters.Training)
        {
            normalized = Normalized(input.Tensor, parameters, name, mean, variance, epsilon, momentum);
        }
        else
        {
            Tensor factor = TensorMath.InverseSquareRoot(variance, epsilon);
            normalized = new ScaleShift(input.Tensor, factor, -(mean * factor)).Output;
        }

        return input.With(Activated(new ScaleShift(normalized, gamma, beta).Output, activation));
    }

    /// <summary>
    /// Layer norm (Ba et al. 2016, arXiv:1607.06450) of each sample by the mean and variance of all its pixels and
    /// channels; scale "<paramref name="name"/>.weight" and shift "<paramref name="name"/>.bias" are those of a
    /// channel.
    /// </summary>
    /// <param name="input">Images.</param>
    /// <param name="parameters">Where scale and shift are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="activation">What is done to the result; nothing unless told.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <returns>Images of the same size.</returns>
    /// <exception cref="ArgumentException">The network has another parameter of a name.</exception>
    public static FeatureMap LayerNorm(
        this FeatureMap input, Parameters parameters, string name, Activation activation = default,
        float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(input);
        return input.With(LayerNorm(input.Tensor, input.Batch, parameters, name, activation, epsilon));
    }

    /// <summary>
    /// Layer norm of each row; see <see cref="LayerNorm(FeatureMap, Parameters, string, Activation, float)"/>.
    /// </summary>
    /// <param name="input">A batch [rows, columns].</param>
    /// <param name="parameters">Where scale and shift are kept.</param>
    /// <param name="name">The layer's name, unique within the network.</param>
    /// <param name="activation">What is done to the result; nothing unless told.</param>
    /// <param name="epsilon">Added to variances.</param>
    /// <returns>A batch of the same shape.</returns>
    /// <exception cref="ArgumentException">The network has another parameter of a name.</exception>
    public static Tensor LayerNorm(
        this Tensor input, Parameters parameters, string name, Activation activation = default, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(input);
        return LayerNorm(input, input.Shape.Rows, parameters, name, activation, epsilon);
    }

    private static Tensor LayerNorm(
        Tensor input, int samples, Parameters parameters, string name, Activation activation, float epsilon)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        (Tensor gamma, Tensor beta) = ScaleAndShift(parameters, name, input.Shape.Columns, Initializer.Ones);
        if (parameters.Traced)
            return Activated(
                new TracedLayer(nameof(LayerNorm), [input, gamma, beta], epsilon) { Groups = samples }.Output,
                activation);
        // A sample's values as one column: its group of rows.
        Tensor column = new Reshape(input, new Shape(input.Shape.Length, 1)).Output;
        Tensor normalized = new Reshape(new Normalize(column, samples, epsilon).Normalized, input.Shape).Output;
        return Activated(new ScaleShift(normalized, gamma, beta).Output, activation);
    }

    /// <summary>By the batch's own moments, which go into the running ones.</summary>
    private static Tensor Normalized(
        Tensor input, Parameters parameters, string name, Tensor mean, Tensor variance, float epsilon, float momentum)
    {
        Normalize batch = new(input, parameters.Batches, epsilon);
        RunningMoments running = new(mean, variance, batch, momentum);
        parameters.Update($"{name}.running_mean", running.Mean);
        parameters.Update($"{name}.running_var", running.Variance);
        return batch.Normalized;
    }

    private static (Tensor Mean, Tensor Variance) RunningMoments(Parameters parameters, string name, int columns)
    {
        Shape row = new(1, columns);
        return (parameters.State($"{name}.running_mean", row, Initializer.Zeros),
            parameters.State($"{name}.running_var", row, Initializer.Ones));
    }

    private static (Tensor Scale, Tensor Shift) ScaleAndShift(
        Parameters parameters, string name, int columns, Initializer scale)
    {
        Shape row = new(1, columns);
        return (parameters.Get($"{name}.weight", row, scale), parameters.Get($"{name}.bias", row, Initializer.Zeros));
    }
}
