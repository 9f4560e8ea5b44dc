using GanGpu.Kernels.Launching;
using static GanGpu.Kernels.Launching.LaunchChecks;

namespace GanGpu.Kernels.Gemm;

/// <summary>C = epilogue(op(A) · op(B)).</summary>
internal readonly record struct GemmLaunch(
    GemmShape Shape, Slice<float> A, Slice<float> B, Slice<float> C, GemmEpilogue Epilogue) : ILaunch
{
    public void Check()
    {
        string operation = $"Gemm {Shape}";
        Positive(operation, "M", Shape.M);
        Positive(operation, "N", Shape.N);
        Positive(operation, "K", Shape.K);
        LaunchChecks.Shape(operation, "A", A, Shape.TransposeA ? [Shape.K, Shape.M] : [Shape.M, Shape.K]);
        LaunchChecks.Shape(operation, "B", B, Shape.TransposeB ? [Shape.N, Shape.K] : [Shape.K, Shape.N]);
        LaunchChecks.Shape(operation, "C", C, Shape.M, Shape.N);
        Apart(operation, "C", C, "A", A);
        Apart(operation, "C", C, "B", B);
        if (Epilogue.Bias is { } bias)
            LaunchChecks.Shape(operation, "bias", bias, Shape.N);
        if (Epilogue.Output is { } output)
            LaunchChecks.Shape(operation, "the activation's output", output, Shape.M, Shape.N);
        if (Epilogue.ColumnSums is { } sums)
            LaunchChecks.Shape(operation, "column sums", sums, Shape.N);
        foreach (
            (string name, Slice<float>? operand) in new[] {
                ("bias", Epilogue.Bias), ("the activation's output", Epilogue.Output),
                ("column sums", Epilogue.ColumnSums) })
        {
            if (operand is { } other)
                Apart(operation, "C", C, name, other);
        }

        if (Epilogue.ColumnSums is { } columnSums)
        {
            Apart(operation, "column sums", columnSums, "A", A);
            Apart(operation, "column sums", columnSums, "B", B);
        }

        if (Epilogue.Bias is not null && Epilogue.Output is not null)
            throw new ArgumentException($"{operation}: the epilogue takes a bias or an activation's output, not both.");
        if (Epilogue.ColumnSums is not null
            && (!Shape.TransposeA || Shape.TransposeB || Epilogue.Bias is not null || Epilogue.Output is not null))
            throw new ArgumentException($"{operation}: column sums come only with the form TN and no other epilogue.");
    }

    public Action Bind(IGpu gpu) => GemmGpu.Of(gpu).Bind(gpu.Stream, GemmOperands.Of(gpu, this));

    public unsafe Action Bind(IHost host) =>
        GemmHost.Bind(host.Team, Shape, host.Address(A), host.Address(B), host.Address(C), Epilogue.OnHost(host));
}
