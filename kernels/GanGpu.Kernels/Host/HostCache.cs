using System.Runtime.Intrinsics.X86;

namespace GanGpu.Kernels.Host;

/// <summary>The size of the first-level cache of this machine's processor, as the processor reports it.</summary>
internal static class HostCache
{
    // AMD's and Zhaoxin's processors report it as one number. On Intel's that number is 0, and the caches are
    // enumerated instead. Virtual machines may pass the number through although they hide the enumeration.
    private const int LastExtendedLeaf = unchecked((int)0x80000000), FirstLevelLeaf = unchecked((int)0x80000005),
        ListLeaf = 4;

    // Arm's processors are not asked: those of servers and desktops have at least this much.
    private const int OfArm = 64 * 1024;

    // The size for a processor that does not answer: most processors have at least this much.
    private const int Least = 32 * 1024;

    /// <summary>Bytes of the first-level data cache. If cores differ, it is that of the core that was asked.</summary>
    public static int FirstLevelBytes { get; } = X86Base.IsSupported ? OfAmd() ?? OfIntel() ?? Least : OfArm;

    private static int? OfAmd()
    {
        // CPUID answers a leaf past the last one with another leaf's values.
        if ((uint)X86Base.CpuId(LastExtendedLeaf, 0).Eax < unchecked((uint)FirstLevelLeaf))
            return null;
        int kibibytes = X86Base.CpuId(FirstLevelLeaf, 0).Ecx >>> 24;
        return kibibytes > 0 ? kibibytes * 1024 : null;
    }

    private static int? OfIntel()
    {
        const int None = 0, Data = 1, Unified = 3, MostCaches = 16;
        if (X86Base.CpuId(0, 0).Eax < ListLeaf)
            return null;
        for (int cache = 0; cache < MostCaches; cache++)
        {
            (int eax, int ebx, int sets, _) = X86Base.CpuId(ListLeaf, cache);
            (int type, int level) = (eax & 0x1F, eax >> 5 & 7);
            if (type == None)
                return null;
            if (level == 1 && type is (Data or Unified))
                return ((ebx & 0xFFF) + 1) * ((ebx >> 12 & 0x3FF) + 1) * ((ebx >>> 22) + 1) * (sets + 1);
        }

        return null;
    }
}
