using System.Runtime.CompilerServices;
using GanGpu.Kernels.Gpu;
using GanGpu.Kernels.Launching;
using ILGPU;
using ILGPU.Runtime;

namespace GanGpu.Kernels.Optimizers;

/// <summary>
/// The Euclidean norm of the gradients of a whole arena, which are scaled down if it exceeds a limit (Pascanu et al.,
/// "On the difficulty of training recurrent neural networks", ICML 2013): norm = √Σ g², g ← g · min(1, limit / (norm +
/// 1e-6)), PyTorch's formula. Overwrites norm [1] and g. Two launches: the first sums the squares of each part; in the
/// second, each of the scaling groups adds the parts' sums in the same order.
/// </summary>
internal sealed class GradientNormGpu(KernelLoader loader)
{
    /// <summary>The kernels of a device.</summary>
    public static GradientNormGpu Of(IGpu gpu) => gpu.Kernels(static g => new GradientNormGpu(g.Loader));

    private const int GroupSize = 64, MostParts = 1024, LeastElements = 2048;
    private const float Epsilon = 1e-6f;

    /// <summary>sums[p] = Σ g² of part p, one group to a part.</summary>
    public static void SquareSumsKernel(int length, int elementsOfPart, ArrayView<float> g, ArrayView<float> sums)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSize);
        int thread = Group.IdxX, first = Grid.IdxX * elementsOfPart;
        int end = first + IntrinsicMath.Min(length - first, elementsOfPart);
        float sum = 0f;
        for (int i = first + thread; i < end; i += GroupSize)
            sum += g[i] * g[i];
        shared[thread] = sum;
        AddUp(shared);
        if (thread == 0)
            sums[Grid.IdxX] = shared[0];
    }

    /// <summary>Computes the norm from the parts' sums, and scales the gradients of one part.</summary>
    public static void ScaleToNormKernel(
        int length, int parts, int elementsOfPart, float limit, ArrayView<float> sums, ArrayView<float> g,
        ArrayView<float> norm)
    {
        ArrayView<float> shared = SharedMemory.Allocate<float>(GroupSize);
        int thread = Group.IdxX, first = Grid.IdxX * elementsOfPart;
        float sum = 0f;
        for (int i = thread; i < parts; i += GroupSize)
            sum += sums[i];
        shared[thread] = sum;
        AddUp(shared);
        float root = MathF.Sqrt(shared[0]), factor = limit / (root + Epsilon);
        if (Grid.IdxX == 0 & thread == 0)
            norm[0] = root;
        int end = factor < 1f ? first + IntrinsicMath.Min(length - first, elementsOfPart) : first;
        for (int i = first + thread; i < end; i += GroupSize)
            g[i] *= factor;
    }

    /// <summary>Floats of scratch memory that <see cref="Bind"/> needs.</summary>
    public static int Scratch(int length) => Parts(length);

    public Action Bind(
        AcceleratorStream stream, float limit, ArrayView<float> gradients, ArrayView<float> norm,
        ArrayView<float> scratch)
    {
        var add = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, ArrayView<float>, ArrayView<float>>>(
            SquareSumsKernel);
        var scale = loader.Load<Action<AcceleratorStream, KernelConfig, int, int, int, float, ArrayView<float>,
            ArrayView<float>, ArrayView<float>>>(ScaleToNormKernel);
        int length = gradients.IntLength, elements = ElementsOfPart(length), parts = Parts(length);
        KernelConfig config = new(parts, GroupSize);
        return () =>
        {
            add(stream, config, length, elements, gradients, scratch);
            scale(stream, config, length, parts, elements, limit, scratch, gradients, norm);
        };
    }

    /// <summary>A tree reduction; afterwards every thread may read the sum in shared[0].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddUp(ArrayView<float> shared)
    {
        for (int half = GroupSize / 2; half > 0; half >>= 1)
        {
            Group.Barrier();
            if (Group.IdxX < half)
                shared[Group.IdxX] += shared[Group.IdxX + half];
        }

        Group.Barrier();
    }

    private static int ElementsOfPart(int length) =>
        Math.Max(LeastElements, (int)(((long)length + MostParts - 1) / MostParts));

    private static int Parts(int length) => (length + ElementsOfPart(length) - 1) / ElementsOfPart(length);
}
