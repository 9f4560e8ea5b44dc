namespace GanGpu.Networks;

/// <summary>
/// The size of a tensor: rows × columns, row-major. A batch has one sample a row; a vector is one row.
/// An image's row holds height × width × channels values, channel fastest.
/// </summary>
/// <param name="Rows">Rows, at least 1.</param>
/// <param name="Columns">Columns, at least 1.</param>
public readonly record struct Shape(int Rows, int Columns)
{
    /// <summary>Number of elements.</summary>
    /// <exception cref="OverflowException">They are more than 2,147,483,647.</exception>
    public int Length => checked(Rows * Columns);

    /// <summary>For example "64x784".</summary>
    public override string ToString() => FormattableString.Invariant($"{Rows}x{Columns}");
}
