using System.Globalization;
using System.Text;

namespace GanGpu.Kernels;

/// <summary>The text of a record, which the compiler writes with the culture's decimal sign.</summary>
internal static class InvariantText
{
    /// <summary>For example "AdamOptions { LearningRate = 0.0002 }", wherever it runs.</summary>
    /// <param name="name">The record's name.</param>
    /// <param name="printMembers">The record's own PrintMembers.</param>
    public static string Of(string name, Func<StringBuilder, bool> printMembers)
    {
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            StringBuilder text = new(name);
            text.Append(" { ");
            if (printMembers(text))
                text.Append(' ');
            return text.Append('}').ToString();
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }
}
