using Tremplin.Certification.Certificates;
using Tremplin.Certification.CompletionFiles;
using Tremplin.Defaults;

namespace Tremplin.Certification.Specs;

internal static class Sample
{
    public static readonly Guid RecordId = Guid.Parse("11111111-0000-5000-8000-000000000001");
    public static readonly Guid Learner = Guid.Parse("22222222-0000-5000-8000-000000000001");
    public static readonly Guid Cohort = Guid.Parse("33333333-0000-5000-8000-000000000001");
    public static readonly Guid EarlierCohort = Guid.Parse("33333333-0000-5000-8000-000000000002");
    public static readonly DateOnly Start = new(2026, 11, 17), End = new(2026, 11, 24);

    public static readonly Programme Taught = new(
        "outils-collaboratifs", 2, "Travailler à distance avec des outils collaboratifs",
        ["2.4 Collaborer", "5.2 Identifier des besoins"], 0.80m, 12m, 24);

    public static Guid Session(int number) => Guid.Parse($"44444444-0000-5000-8000-{number:000000000000}");

    public static NameHolder Confirmation(long version = 7, Guid? cohort = null) =>
        new(version, cohort ?? Cohort, Learner, new Sealed("c2VhbGVk"), "asso-cap-ouest", "cap-ouest");

    public static RecordHalfDay HalfDay(int number, int attended = 210, long version = 5, Guid? cohort = null) =>
        new(Session(number), version, cohort ?? Cohort, 210, attended);

    public static EndTraining Finish(int halfDays = 3, decimal? mark = 14m, Programme? programme = null) =>
        new(Cohort, [.. Enumerable.Range(1, halfDays).Select(Session)], mark, Start, End, programme ?? Taught);

    public static HolderNamed Named(long version = 7, Guid? cohort = null) =>
        new(version, cohort ?? Cohort, Learner, new Sealed("c2VhbGVk"), "asso-cap-ouest", "cap-ouest");

    public static HalfDayRecorded Recorded(int number, int attended = 210, long version = 5) =>
        new(Session(number), version, Cohort, 210, attended);

    public static TrainingEnded Ended(int halfDays = 3, decimal? mark = 14m, Programme? programme = null) =>
        new(Cohort, [.. Enumerable.Range(1, halfDays).Select(Session)], mark, Start, End, programme ?? Taught);

    public static CompletionDecided Met(int delivered = 630, int attended = 630) => new(
        Cohort, Taught.Ref, 2, 0.80m, 12m, 7, delivered, attended, 14m, Verdict.Met, []);

    public static CompletionDecided NotMet(params string[] reasons) => new(
        Cohort, Taught.Ref, 2, 0.80m, 12m, 7, 630, 420, 14m, Verdict.NotMet, reasons);

    public static CertificateIssued Issued() => new(
        RecordId, 7, Learner, new Sealed("c2VhbGVk"), "asso-cap-ouest", "cap-ouest", Taught.Ref, 2, Taught.Title, Taught.Competences,
        Cohort, Start, End, 630, 630, 14m, new(2026, 11, 24), new(2028, 11, 24), "Tremplin")
    {
        Documents = Made,
    };

    private static readonly Documents Made = new(
        1, new("https://tremplin.example/"), Given.Now, new(1, 94567), new("c2FsdA=="), new Dictionary<string, string>(StringComparer.Ordinal) { ["certificate.pdf"] = new('0', 64) });
}
