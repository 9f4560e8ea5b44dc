namespace GanGpu.PyTorch;

/// <summary>
/// Where values lie in this library's layouts, in which a channel is the last of an image's axes, in the order of
/// PyTorch's, in which it is the first.
/// </summary>
internal static class Places
{
    /// <summary>The values of an image: from [channels, height, width] to height · width · channels.</summary>
    public static int[] OfImage(SampleShape image) => OfAxes([image.Height, image.Width, image.Channels], [2, 0, 1]);

    /// <summary>
    /// A linear layer: from [outputs, inputs] to inputs × outputs, with the inputs and the outputs themselves in given
    /// places.
    /// </summary>
    /// <param name="inputs">The place of each input.</param>
    /// <param name="outputs">The place of each output.</param>
    public static int[] OfLinear(int[] inputs, int[] outputs)
    {
        int[] places = new int[checked(inputs.Length * outputs.Length)];
        for (int output = 0, i = 0; output < outputs.Length; output++)
        {
            foreach (int input in inputs)
                places[i++] = (input * outputs.Length) + outputs[output];
        }

        return places;
    }

    /// <summary>A tensor whose axes are in another order.</summary>
    /// <param name="sizes">The sizes of this library's axes.</param>
    /// <param name="order">For each of PyTorch's axes, which of this library's it is.</param>
    public static int[] OfAxes(int[] sizes, int[] order)
    {
        int[] strides = new int[sizes.Length];
        int length = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = length;
            length = checked(length * sizes[axis]);
        }

        int[] places = new int[length], index = new int[order.Length];
        for (int i = 0, place = 0; i < length; i++)
        {
            places[i] = place;
            // The last axis counts fastest; one that is through starts again.
            for (int axis = order.Length - 1; axis >= 0; axis--)
            {
                place += strides[order[axis]];
                if (++index[axis] < sizes[order[axis]])
                    break;
                place -= sizes[order[axis]] * strides[order[axis]];
                index[axis] = 0;
            }
        }

        return places;
    }
}
