namespace GanGpu.PyTorch;

/// <summary>
/// Which of a vector's values here each of PyTorch's is: an image's lie pixel after pixel here, and channel after
/// channel there. What a linear layer makes is known only once something takes it as images, or as they lie.
/// </summary>
internal sealed class VectorOrder
{
    private VectorOrder? same;
    private SampleShape? image;
    private IReadOnlyList<VectorOrder> parts = [];
    private bool open;

    private VectorOrder(int length) => Length = length;

    /// <summary>Values of a vector.</summary>
    public int Length { get; }

    /// <summary>The images whose order it is; null for none.</summary>
    public SampleShape? Image => Known().image;

    /// <summary>Two vectors one behind the other; none where it is one.</summary>
    public IReadOnlyList<VectorOrder> Parts => Known().parts;

    /// <summary>The same here and there.</summary>
    public static VectorOrder Plain(int length) => new(length);

    /// <summary>Not known yet.</summary>
    public static VectorOrder Open(int length) => new(length) { open = true };

    public static VectorOrder OfImage(SampleShape image) => new(image.Length)
    {
        image = image.Channels == 1 || image.Length == image.Channels ? null : image,
    };

    public static VectorOrder Beside(VectorOrder a, VectorOrder b) =>
        new(checked(a.Length + b.Length)) { parts = [a, b] };

    /// <summary>Makes two the same where one is not known yet.</summary>
    /// <returns>Whether they are the same now.</returns>
    public bool Join(VectorOrder other)
    {
        (VectorOrder a, VectorOrder b) = (Known(), other.Known());
        if (a == b)
            return true;
        if (a.open)
            a.same = b;
        else if (b.open)
            b.same = a;
        else if (!a.parts.Select(part => part.Length).SequenceEqual(b.parts.Select(part => part.Length)))
            // Where each part is as it is here, it does not matter where one ends.
            return a.image is null && b.image is null
                && a.parts.Concat(b.parts).All(part => part.Join(Plain(part.Length)));
        else
            return a.image == b.image && a.parts.Zip(b.parts).All(pair => pair.First.Join(pair.Second));
        return true;
    }

    /// <summary>The place here of each of PyTorch's values.</summary>
    public int[] Places()
    {
        VectorOrder known = Known();
        if (known.image is { } size)
            return PyTorch.Places.OfImage(size);
        return known.parts is [{ } first, { } second]
            ? [.. first.Places(), .. second.Places().Select(place => first.Length + place)]
            : [.. Enumerable.Range(0, Length)];
    }

    private VectorOrder Known() => same?.Known() ?? this;
}
