using GanGpu.Kernels.Numerics;

namespace GanGpu.Kernels.Gemm;

/// <summary>An action that is bound with one of the types of <see cref="IGemmHostEpilogue"/>.</summary>
internal interface IWithHostEpilogue
{
    Action Bind<TEpilogue>()
        where TEpilogue : struct, IGemmHostEpilogue;
}

/// <summary>Finds the type that belongs to an epilogue's values.</summary>
internal static unsafe class GemmHostEpilogues
{
    public static Action Bind<TUser>(GemmHostEpilogue epilogue, TUser user)
        where TUser : struct, IWithHostEpilogue
    {
        if (epilogue.Output != null)
            return epilogue.Activation.Kind switch
            {
                ActivationKind.Identity => user.Bind<ActivationGradientHostEpilogue<VectorIdentity>>(),
                ActivationKind.LeakyRelu => user.Bind<ActivationGradientHostEpilogue<VectorLeakyRelu>>(),
                ActivationKind.Relu => user.Bind<ActivationGradientHostEpilogue<VectorRelu>>(),
                ActivationKind.Tanh => user.Bind<ActivationGradientHostEpilogue<VectorTanh>>(),
                ActivationKind.Sigmoid => user.Bind<ActivationGradientHostEpilogue<VectorSigmoid>>(),
                _ => throw new ArgumentOutOfRangeException(
                    nameof(epilogue), epilogue.Activation.Kind, "Not an activation."),
            };
        if (epilogue.Bias == null)
            return user.Bind<PlainHostEpilogue>();
        return epilogue.Activation.Kind switch
        {
            ActivationKind.Identity => user.Bind<BiasHostEpilogue<VectorIdentity>>(),
            ActivationKind.LeakyRelu => user.Bind<BiasHostEpilogue<VectorLeakyRelu>>(),
            ActivationKind.Relu => user.Bind<BiasHostEpilogue<VectorRelu>>(),
            ActivationKind.Tanh => user.Bind<BiasHostEpilogue<VectorTanh>>(),
            ActivationKind.Sigmoid => user.Bind<BiasHostEpilogue<VectorSigmoid>>(),
            _ => throw new ArgumentOutOfRangeException(
                nameof(epilogue), epilogue.Activation.Kind, "Not an activation."),
        };
    }
}
