using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GanGpu.Tests.Documentation;

/// <summary>The library's texts are the same wherever it runs.</summary>
public sealed class InvariantTextTests
{
    private static readonly Type[] OfTheCulture =
        [typeof(float), typeof(double), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset)];

    public static TheoryData<Type> Records =>
        [.. new[] {
            typeof(Preset), typeof(AdamOptions), typeof(GanGpu.Images.ImageFolder), typeof(GanGpu.OnnxExport.OnnxFile) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => !type.IsAbstract
            && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null)
        .Where(type =>
            type.GetProperties()
            .Any(property =>
                OfTheCulture.Contains(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType)))];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_with_fractions_writes_its_text_itself(Type record)
    {
        MethodInfo text = record.GetMethod(nameof(ToString), Type.EmptyTypes)!;
        Assert.Equal(record, text.DeclaringType);
        Assert.Null(text.GetCustomAttribute<CompilerGeneratedAttribute>(inherit: false));
    }

    [Fact]
    public void A_decimal_point_is_a_point_where_others_write_a_comma()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone(), before = CultureInfo.CurrentCulture;
        culture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = culture;
        try
        {
            Assert.Equal("0,5", 0.5.ToString(CultureInfo.CurrentCulture));
            Assert.Equal(
                "AdamOptions { LearningRate = 0.0002, Decay = , GradientNormLimit = , WeightLimit = , Average = , " +
                "Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-08 }",
                new AdamOptions().ToString());
            Assert.Equal("WeightAverage { Beta = 0.999, RampUp = 0.5 }", new WeightAverage(RampUp: 0.5).ToString());
            foreach (
                object value in new object[] {
                    new TrainingOptions { InstanceNoise = 0.5 }, new MlpPreset { LatentSize = 3 },
                    new AcganPreset { GeneratorClassWeight = 0.25f }, new HiddenUnits(1, 2) })
                Assert.DoesNotMatch("[0-9],[0-9]", value.ToString());
            Assert.Same(culture, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_preset_says_what_it_is_and_not_how_it_is_trained()
    {
        Assert.Equal(
            "DcganPreset { LatentSize = 100, BaseChannels = 32 }", new DcganPreset { BaseChannels = 32 }.ToString());
        Assert.Equal("dcgan (BaseChannels 32)", new DcganPreset { BaseChannels = 32 }.Summary);
        Assert.Equal(
            "mlp (LatentSize 8, GeneratorUnits {First:1,Second:2})",
            new MlpPreset { LatentSize = 8, GeneratorUnits = new(1, 2) }.Summary);
        foreach (string name in Preset.Names)
            Assert.Equal(name, Preset.Named(name).Summary);
    }
}
