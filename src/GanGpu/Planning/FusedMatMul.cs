using GanGpu.Graph;
using GanGpu.Kernels.Gemm;
using GanGpu.Networks;

namespace GanGpu.Planning;

/// <summary>A matrix product with a fused epilogue.</summary>
internal sealed class FusedMatMul(GemmShape gemm, Tensor a, Tensor b, Tensor c, ProductEpilogue epilogue)
    : FusedProduct(c, epilogue)
{
    public GemmShape Gemm { get; } = gemm;

    public Tensor A { get; } = a;

    public Tensor B { get; } = b;

    public override IReadOnlyList<Tensor> Inputs => [A, B, .. Epilogue.Inputs];

    public override IReadOnlyList<Tensor> Outputs => [C, .. Epilogue.Outputs];

    public override LaunchCost Cost => new("MatMul", Gemm.ToString(), Epilogue.ToString(), Gemm.Flops, Bytes);

    public override Tensor? SummedGradient => Gemm is { TransposeA: true, TransposeB: false } ? B : null;

    public override bool HasRows => true;

    public override FusedProduct With(Tensor c, ProductEpilogue epilogue) => new FusedMatMul(Gemm, A, B, c, epilogue);

    public override Action Bind(PlanBinding binding)
    {
        GemmLaunch launch = On(binding);
        return binding.Backend.Bind(new GemmLaunch(launch.Shape, launch.A, launch.B, launch.C, launch.Epilogue));
    }

    /// <summary>The product with the memory that the plan gave its operands.</summary>
    public GemmLaunch On(PlanBinding binding) => new(Gemm, binding[A], binding[B], binding[C], Epilogue.On(binding));
}
