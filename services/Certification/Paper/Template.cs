namespace Tremplin.Certification.Paper;

/// <summary>The design of the documents: what stands on them, and how they look.</summary>
public static class Template
{
    /// <summary>
    /// The version of the design that <see cref="CertificatePdf"/> and <see cref="RealisationPdf"/> draw, which the event of the issue
    /// records (R39). It rises with every change of a word, a line or the font. Documents are drawn once, when they are issued, and
    /// their bytes are kept: one of an earlier version is never drawn again, so no earlier design needs to be kept.
    /// </summary>
    public const int Version = 1;
}
