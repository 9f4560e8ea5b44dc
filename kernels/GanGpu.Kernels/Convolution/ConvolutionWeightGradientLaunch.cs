using GanGpu.Kernels.Gemm;
using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Convolution.ConvolutionChecks;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Convolution;

/// <summary>dw = the gradient of the weights, with or without the column sums of dy.</summary>
internal readonly unsafe struct ConvolutionWeightGradientLaunch(
    ConvolutionShape shape, Slice<float> x, Slice<float> dy, Slice<float> dw, GemmEpilogue epilogue) : ILaunch
{
    private const string Operation = "ConvolutionWeightGradient";

    public void Check()
    {
        Geometry(Operation, shape, x, dw, dy);
        Apart(Operation, "dw", dw, "x", x);
        Apart(Operation, "dw", dw, "dy", dy);
        if (epilogue.Bias is not null || epilogue.Output is not null)
            throw new ArgumentException($"{Operation}: a weight gradient has column sums at most.");
        if (epilogue.ColumnSums is { } sums)
        {
            Shape(Operation, "the column sums", sums, shape.Filters);
            Apart(Operation, "the column sums", sums, "x", x);
            Apart(Operation, "the column sums", sums, "dy", dy);
            Apart(Operation, "the column sums", sums, "dw", dw);
        }
    }

    public Action Bind(IGpu gpu) =>
        ConvolutionGpu.Of(gpu)
            .BindWeightGradient(gpu.Stream, shape, ConvolutionOperands.Of(gpu, x, dy, dw, epilogue));

    public Action Bind(IHost host) =>
        ConvolutionHost.WeightGradient(
            host.Team, shape, host.Address(x), host.Address(dy), host.Address(dw), epilogue.OnHost(host),
            host.Scratch(ConvolutionHost.PaddedLength(shape)));
}
