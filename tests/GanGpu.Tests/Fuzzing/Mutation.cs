using System.Buffers.Binary;
using CsCheck;

namespace GanGpu.Tests.Fuzzing;

/// <summary>A change of a file, of a kind that faults and attackers make.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Place">Where, as a share of the length; half of the time near the beginning, where headers are.</param>
/// <param name="Value">A byte, a length, or a number to write.</param>
internal readonly record struct Mutation(MutationKind Kind, double Place, uint Value)
{
    private static readonly uint[] Telling =
        [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>One to four changes.</summary>
    public static Gen<Mutation[]> Some { get; } =
        Gen.Select(
            Gen.Enum<MutationKind>(), Gen.Double.Unit, Gen.Bool,
            Gen.OneOf(Gen.UInt, Gen.Int[0, Telling.Length - 1].Select(i => Telling[i])), (kind, place, early, value) =>
            new Mutation(kind, early ? place * 0.05 : place, value))
            .Array[1, 4];

    public byte[] Apply(byte[] file)
    {
        int at = (int)(Place * file.Length), length = (int)Math.Min(Value % 64, (uint)(file.Length - at));
        switch (Kind)
        {
            case MutationKind.Flip when file.Length > 0:
                file[at] ^= (byte)(1 << (int)(Value % 8));
                return file;
            case MutationKind.Overwrite when file.Length > 0:
                file[at] = (byte)Value;
                return file;
            case MutationKind.LittleNumber when file.Length - at >= sizeof(uint):
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), Value);
                return file;
            case MutationKind.BigNumber when file.Length - at >= sizeof(uint):
                BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), Value);
                return file;
            case MutationKind.Cut:
                return file[..at];
            case MutationKind.Remove:
                return [.. file[..at], .. file[(at + length)..]];
            case MutationKind.Repeat:
                return [.. file[..(at + length)], .. file[at..]];
            case MutationKind.Insert:
                return [.. file[..at], .. Enumerable.Repeat((byte)(Value >> 8), (int)(Value % 64)), .. file[at..]];
            case MutationKind.Digit
                when Array.FindIndex(file, at, character => character is >= (byte)'0' and <= (byte)'9')
                is var digit and >= 0:
                // A number in text, such as a shape in a header, becomes a longer one.
                return [.. file[..digit], .. "99999"u8, .. file[digit..]];
            default:
                return file;
        }
    }
}

internal enum MutationKind
{
    Flip,
    Overwrite,
    LittleNumber,
    BigNumber,
    Cut,
    Remove,
    Repeat,
    Insert,
    Digit,
}
