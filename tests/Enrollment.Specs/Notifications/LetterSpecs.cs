using AwesomeAssertions;
using Microsoft.Extensions.Configuration;
using Tremplin.Enrollment.Notifications;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Notifications;

/// <summary>What a learner reads, and to which relay it goes.</summary>
public class LetterSpecs
{
    // Eight in the morning in Paris, five in the afternoon before in Papeete.
    private static readonly DateTimeOffset Start = new(2026, 12, 1, 7, 0, 0, TimeSpan.Zero);

    private static readonly NotificationFacts Facts = new("cap-ouest", "Outils collaboratifs", "Europe/Paris", Cohort, Start)
    {
        Deadline = new(2026, 11, 4, 9, 30, 0, TimeSpan.Zero),
        Disposition = Disposition.Moved,
        HalfDay = new(HalfDay(2), 3, 2, Start.AddHours(3), "Salle B", Start.AddDays(-1)),
    };

    private static Letter Of(NotificationKind kind, NotificationFacts? facts = null) => Letter.Of(RecordId, kind, facts ?? Facts, "Camille");

    [Fact]
    [Trait("Rule", "R6")]
    public void Says_until_when_an_offer_stands_in_both_languages()
    {
        var offer = Of(NotificationKind.SeatOffered);
        offer.Text.Should().ContainAll(
            "Bonjour Camille,", "Hello Camille,", "mercredi 4 novembre 2026 à 10:30 (Europe/Paris)", "Wednesday 4 November 2026 at 10:30 (Europe/Paris)",
            "mardi 1er décembre 2026 à 08:00", "cap-ouest", "« Outils collaboratifs »", RecordId.ToString());
        offer.Subject.Should().Contain("Une place vous est proposée").And.Contain("a seat is offered");
    }

    [Fact]
    [Trait("Rule", "R25")]
    public void Tells_times_where_the_learner_is() => Of(NotificationKind.SeatConfirmed, Facts with { Zone = "Pacific/Tahiti" }).Text
        .Should().ContainAll("lundi 30 novembre 2026 à 21:00 (Pacific/Tahiti)", "Monday 30 November 2026 at 21:00 (Pacific/Tahiti)");

    [Fact]
    [Trait("Rule", "R26")]
    public void Says_from_when_to_when_a_half_day_moves()
    {
        Of(NotificationKind.HalfDayMoved).Text.Should().ContainAll(
            "La demi-journée n° 2", "prévue le lundi 30 novembre 2026 à 08:00", "aura lieu le mardi 1er décembre 2026 à 08:00", "jusqu’à 11:00", "Salle B");
        Of(NotificationKind.HalfDayCancelled).Text.Should().Contain("prévue le mardi 1er décembre 2026 à 08:00 (Europe/Paris), est annulée");
    }

    [Fact]
    [Trait("Rule", "R28")]
    public void Says_what_becomes_of_whoever_lost_a_cohort()
    {
        Of(NotificationKind.CohortCancelled).Text.Should().ContainAll("Une place est demandée pour vous", "1er décembre 2026", "Les heures déjà suivies vous restent acquises.");
        Of(NotificationKind.CohortCancelled, Facts with { Disposition = Disposition.Waits, StartsAt = null }).Text.Should().Contain("Aucune autre n’est ouverte").And.NotContain("décembre");
    }

    [Fact]
    public void Is_different_for_each_kind() =>
        Enum.GetValues<NotificationKind>().Select(kind => (Of(kind).Subject, Of(kind).Text)).Distinct().Should().HaveCount(Enum.GetValues<NotificationKind>().Length);

    [Fact]
    public void Lets_no_name_add_lines() => Letter.Of(RecordId, NotificationKind.SeatConfirmed, Facts, "Camille\r\nBcc: all@example.org").Text.Should().NotContain("\nBcc");

    [Fact]
    public void Always_has_the_message_id_of_its_notification()
    {
        var relay = Relay(("Host", "mail.example.org"), ("Sender", "Tremplin <training@example.org>"));
        var mail = relay.Mail(RecordId, "camille@example.net", Of(NotificationKind.SeatConfirmed));
        mail.MessageId.Should().Be($"{RecordId:N}@example.org");
        relay.Mail(RecordId, "camille@example.net", Of(NotificationKind.SeatConfirmed)).MessageId.Should().Be(mail.MessageId);
        (mail.From.ToString(), mail.To.ToString(), mail.Headers["Auto-Submitted"]).Should().Be(("\"Tremplin\" <training@example.org>", "camille@example.net", "auto-generated"));
    }

    [Fact]
    public void Goes_nowhere_without_a_relay() => Relay(("Sender", "training@example.org")).Configured.Should().BeFalse();

    [Theory]
    [InlineData("Sender", "", "Mail:Sender")]
    [InlineData("Sender", "Tremplin", "Mail:Sender")]
    [InlineData("Port", "0", "Mail:Port")]
    [InlineData("Port", "smtp", "Mail:Port")]
    [InlineData("Security", "Perhaps", "Mail:Security")]
    [InlineData("Security", "None", "not sent in clear")]
    public void Refuses_a_wrong_setting(string setting, string value, string says) =>
        new Action(() => Relay(("Host", "mail.example.org"), ("Sender", "training@example.org"), ("User", "tremplin"), (setting, value)))
            .Should().Throw<InvalidOperationException>().WithMessage($"*{says}*");

    private static Relay Relay(params (string Name, string Value)[] settings) => new(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.GroupBy(s => s.Name, StringComparer.Ordinal).ToDictionary(s => $"Mail:{s.Key}", string? (s) => s.Last().Value)).Build());
}
