using ILGPU.Runtime.Cuda;

namespace GanGpu.Backends;

/// <summary>A graph could not be made.</summary>
internal sealed class CudaGraphException(string message) : Exception(message)
{
    /// <exception cref="CudaGraphException">The driver returned an error.</exception>
    public static void ThrowIfFailed(int error, string function)
    {
        if (error != 0)
            throw Of(error, function);
    }

    private static CudaGraphException Of(int error, string function) =>
        new(FormattableString.Invariant(
            $"{function}: CUDA error {error}, {CudaAPI.CurrentAPI.GetErrorString((CudaError)error)}"));
}
