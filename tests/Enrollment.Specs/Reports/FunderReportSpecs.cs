using AwesomeAssertions;
using Tremplin.Enrollment.Reports;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Reports;

public class FunderReportSpecs
{
    private static readonly FunderRow Place = new("outils-collaboratifs", "cap-ouest", "52", "Pays de la Loire", "44");

    /// <summary>What has become of a record, and where it counts beside the applications.</summary>
    public static TheoryData<object[], FunderRow> Fates => new()
    {
        { [Submitted()], Place with { Waiting = 1 } },
        { [Submitted(), NotEligible()], Place with { Ineligible = 1 } },
        { [Submitted(), Eligible()], Place with { Eligible = 1, Waiting = 1 } },
        { [Submitted(), Eligible(), Requested()], Place with { Eligible = 1, Waiting = 1 } },
        { Asked(Waitlisted()), Place with { Eligible = 1, Waiting = 1 } },
        { Asked(Waitlisted(), Offered()), Place with { Eligible = 1, Waiting = 1 } },
        { Asked(Waitlisted(), Offered(), new OfferExpired(Cohort)), Place with { Eligible = 1, Withdrawn = 1 } },
        { Asked(Confirmed()), Place with { Eligible = 1, SeatsHeld = 1, SeatsGiven = 1 } },
        { Asked(Confirmed(), new Displaced(Cohort, Disposition.Waits, null, 1)), Place with { Eligible = 1, Waiting = 1 } },
        { Asked(Confirmed(), Attended(1)), Place with { Eligible = 1, SeatsHeld = 1, SeatsGiven = 1, AttendedMinutes = 210 } },
        { Asked(Confirmed(), Attended(1), Withdrew()), Place with { Eligible = 1, SeatsGiven = 1, Withdrawn = 1, AttendedMinutes = 210 } },
        { Asked(Confirmed(), new NoShow(Cohort)), Place with { Eligible = 1, SeatsGiven = 1, NoShows = 1 } },
        { Asked(Confirmed(), new ClosedAsDuplicate(Cohort, RecordId)), Place with { Eligible = 1, SeatsGiven = 1, Duplicates = 1 } },
        {
            Asked(Confirmed(), Attended(1), Attended(2), new TrainingCompleted(Certificate, 420)),
            Place with { Eligible = 1, SeatsGiven = 1, Completed = 1, Certificates = 1, AttendedMinutes = 420 }
        },
        {
            Asked(Confirmed(), Attended(1), Attended(2), new TrainingCompleted(Certificate, 420), new AttendanceCorrected(HalfDay(2), 9, 210, 90)),
            Place with { Eligible = 1, SeatsGiven = 1, Completed = 1, Certificates = 1, AttendedMinutes = 300 }
        },
        { Asked(Confirmed(), Attended(1, 50), new TrainingNotCompleted(50, ["too little"])), Place with { Eligible = 1, SeatsGiven = 1, NotCompleted = 1, AttendedMinutes = 50 } },
    };

    [Theory]
    [MemberData(nameof(Fates))]
    public async Task Counts_every_application_where_it_stands(object[] record, FunderRow expected)
    {
        (await FunderReport.Of(Log.Of(Log.Stream(RecordId, record)))).Should().Equal(expected with { Applications = 1 });
        (expected.Ineligible + expected.Waiting + expected.SeatsHeld + expected.Completed + expected.NotCompleted + expected.NoShows + expected.Withdrawn + expected.Duplicates)
            .Should().Be(1, "what has become of the applications adds up to all of them");
    }

    [Fact]
    public async Task Adds_up_by_programme_partner_and_département_in_their_order()
    {
        var rows = await FunderReport.Of(Log.Of(
            Applied("site-web", "cap-ouest", "44"), Applied("outils-collaboratifs", "incub-noumea", "988"), Applied("outils-collaboratifs", "cap-ouest", "971"),
            Applied("site-web", "cap-ouest", "44"), Applied("outils-collaboratifs", "cap-ouest", "2A"), Applied("outils-collaboratifs", "Zèbre", "99")));
        rows.Select(r => (r.Programme, r.Partner, r.RegionCode, r.Region, r.Departement, r.Applications)).Should().Equal(
            ("outils-collaboratifs", "Zèbre", "", "", "99", 1),
            ("outils-collaboratifs", "cap-ouest", "94", "Corse", "2A", 1),
            ("outils-collaboratifs", "cap-ouest", "01", "Guadeloupe", "971", 1),
            ("outils-collaboratifs", "incub-noumea", "988", "Nouvelle-Calédonie", "988", 1),
            ("site-web", "cap-ouest", "52", "Pays de la Loire", "44", 2));
    }

    [Fact]
    public async Task Says_hours_to_the_hundredth() =>
        (await FunderReport.Of(Log.Of(Log.Stream(RecordId, Asked(Confirmed(), Attended(1, 100)))))).Single().AttendedHours.Should().Be(1.67m);

    [Fact]
    public async Task Has_no_row_where_nobody_applied() => (await FunderReport.Of(Log.Of())).Should().BeEmpty();

    private static object[] Asked(params object[] later) => [Submitted(), Eligible(), Requested(), .. later];

    private static IReadOnlyList<Defaults.Recorded> Applied(string programme, string partner, string territory) =>
        Log.Stream(RecordId, new ApplicationSubmitted(Sample.Applied with { Programme = programme, Partner = partner, Territory = territory }));
}
