namespace Tremplin.Certification.Paper;

/// <summary>A colour. All but the rule are dark enough for a printer without colours.</summary>
internal sealed record Ink(byte Red, byte Green, byte Blue)
{
    public static Ink Black { get; } = new(0, 0, 0);

    public static Ink Text { get; } = new(0x1d, 0x24, 0x33);

    public static Ink Quiet { get; } = new(0x4a, 0x52, 0x63);

    public static Ink Accent { get; } = new(0x1f, 0x4e, 0x8c);

    public static Ink Rule { get; } = new(0xb8, 0xbe, 0xca);
}
