using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>Learners are mailed once, whatever fails in between and whatever is heard or projected again.</summary>
public sealed class Notifying(Notifying.WithRelay with) : IClassFixture<Notifying.WithRelay>
{
    // SIGSTOP and SIGCONT, by Linux's numbers.
    private const int Stop = 19, GoOn = 18;

    private readonly int _number = Course.Stranger();

    private Cli.Machine.Platform Platform => with.Platform!;

    private Api Api => with.Api!;

    private MailServer Mails => with.Mails;

    [Fact]
    [Trait("Rule", "R6"), Trait("Rule", "R26"), Trait("Rule", "R28")]
    public async Task Whatever_is_heard_or_projected_again_nobody_is_mailed_twice()
    {
        await using var witness = await Witness.Of(Platform);
        const string Programme = "told-once";
        var cohort = await Cohort(seats: 1, Programme);
        var first = await Apply("Perrine", cohort, Programme);
        await Mailed(first, "SeatConfirmed");
        var second = await Apply("Gontran", cohort, Programme);
        await Story.Until(async () => (await Api.Send(Api.Enrollment, HttpMethod.Get, $"records/{second.Record}")).GetProperty("state").GetString() == "Waitlisted", "the second waits");
        await Api.Send(Api.Enrollment, HttpMethod.Post, $"records/{first.Record}/withdraw", new { reason = "Dates" });
        await Mailed(second, "SeatOffered");
        // Two days from now, by the clock in Orléans: it is an hour later there.
        var ends = with.Now.AddHours(48 + 1);
        Text(Mails.For(second.Address).Single()).Should().ContainAll("Bonjour Gontran,", "Une place", $" {ends.Day} novembre 2026 à {ends:HH:mm} (Europe/Paris)", Course.Partner);
        await Api.Send(Api.Enrollment, HttpMethod.Post, $"records/{second.Record}/offer/accept");
        await Mailed(second, "SeatConfirmed");

        var session = Course.SessionOf(cohort);
        var day = (await Platform.Sql("scheduling", $"SELECT data ->> 'localStart' FROM scheduling.mt_doc_session WHERE id = '{session}'"))[0][0].ToString()![..10];
        await Api.Send(Api.Scheduling, HttpMethod.Post, $"sessions/{session}/reschedule", new { date = day, start = "10:00:00", end = "12:00:00", trainer = $"trainer-{cohort:N}", room = "Bibliothèque" });
        await Mailed(second, "HalfDayMoved");
        Text(Mails.For(second.Address)[^1]).Should().ContainAll("à 10:00 (Europe/Paris)", "Bibliothèque");
        await Api.Send(Api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/cancel", new { reason = "Room" });
        await Mailed(second, "CohortCancelled");
        await Story.Until(async () => (await Platform.Sql("scheduling", $"SELECT FROM scheduling.mt_doc_session WHERE id = '{session}' AND data ->> 'status' = 'Cancelled'")).Count == 1, "its half-day is cancelled");

        var before = await Events();
        await Everything_is_heard_again();
        (await Events()).Should().Be(before, "the same cause and learner are the same stream");
        // The sender is at work: whoever comes now is mailed.
        var third = await Apply("Ulysse", await Cohort(seats: 1));
        await Mailed(third, "SeatConfirmed");
        Mails.For(second.Address).Should().HaveCount(4);
        Mails.For(second.Address).Select(m => m.MessageId).Should().OnlyHaveUniqueItems();
        (await Kinds(second)).Should().Equal("CohortCancelled", "HalfDayMoved", "SeatConfirmed", "SeatOffered");
        Mails.For(first.Address).Should().ContainSingle("of the seat");

        var texts = await Platform.Texts();
        texts.AddRange((await witness.Seen()).Values.Select(m => ("a message", m.Body)));
        texts.Should().Contain(t => t.Text.Contains("notification.sent.v1", StringComparison.Ordinal));
        string[] words = ["Gontran", "Perrine", "Ulysse", "@mails.example"];
        texts.Where(t => words.Any(w => t.Text.Contains(w, StringComparison.OrdinalIgnoreCase))).Select(t => t.Where).Should().BeEmpty();
        using var partner = Platform.Client("Enrollment", Course.Partner);
        (await Api.Send(partner, HttpMethod.Get, $"notifications?recordId={second.Record}")).GetArrayLength().Should().Be(4);
        using var all = await partner.GetAsync("notifications?state=Sent");
        all.StatusCode.Should().Be(HttpStatusCode.BadRequest, "a partner sees its own");
    }

    [Fact]
    public async Task What_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_waits_for_a_person()
    {
        var cohort = await Cohort(seats: 3);
        Mails.Tell(Address("Barnabé"), Taking.NotNow);
        Mails.Tell(Address("Clothilde"), Taking.Never);
        var (later, never) = (await Apply("Barnabé", cohort), await Apply("Clothilde", cohort));
        await Story.Until(async () => await State(later) == "Retrying" && await State(never) == "Failed", "both are refused");
        with.Later(TimeSpan.FromMinutes(1));
        await Mailed(later, "SeatConfirmed");
        Mails.For(later.Address).Should().ContainSingle();
        (Mails.Refused(later.Address), Mails.Refused(never.Address)).Should().Be((1, 1));

        using var operators = Platform.Client("Enrollment", "operator");
        var failed = (await Api.Send(operators, HttpMethod.Get, "notifications?state=Failed")).EnumerateArray().Single(n => n.GetProperty("recordId").GetGuid() == never.Record);
        failed.GetProperty("answer").GetString().Should().Be("smtp-550");
        await Api.Send(operators, HttpMethod.Post, $"notifications/{failed.GetProperty("id").GetGuid()}/resend", new { reason = "RelayRepaired" });
        await Mailed(never, "SeatConfirmed");
        Mails.For(never.Address).Should().ContainSingle();
        using var again = await operators.PostAsJsonAsync($"notifications/{failed.GetProperty("id").GetGuid()}/resend", new { reason = "Other" });
        again.StatusCode.Should().Be(HttpStatusCode.Conflict, "it was sent");
    }

    [Fact]
    public async Task What_is_perhaps_sent_is_not_sent_again_unless_a_person_asks()
    {
        var cohort = await Cohort(seats: 3);
        Mails.Tell(Address("Donatien"), Taking.TakesAndGoes);
        var lost = await Apply("Donatien", cohort);
        await Story.Until(async () => await State(lost) == "Uncertain", "the answer is lost");
        with.Later(TimeSpan.FromHours(1));
        await Mailed(await Apply("Eulalie", cohort), "SeatConfirmed");
        (Mails.For(lost.Address).Count, await State(lost)).Should().Be((1, "Uncertain"));
        var id = (await Notifications(lost)).Single().GetProperty("id").GetGuid();
        await Api.Send(Api.Enrollment, HttpMethod.Post, $"notifications/{id}/resend", new { reason = "NotReceived" });
        await Mailed(lost, "SeatConfirmed");
        Mails.For(lost.Address).Should().HaveCount(2);
        Mails.For(lost.Address).Select(m => m.MessageId).Distinct().Should().ContainSingle("whoever has both can tell that they are one");
    }

    [Fact]
    public async Task Whoever_was_erased_meanwhile_is_not_written_to()
    {
        Mails.Tell(Address("Fulgence"), Taking.NotNow);
        var erased = await Apply("Fulgence", await Cohort(seats: 1));
        await Story.Until(async () => await State(erased) == "Retrying", "it is refused for now");
        await Api.Send(Api.Enrollment, HttpMethod.Post, $"records/{erased.Record}/withdraw", new { reason = "Learner" });
        var learner = (await Api.Send(Api.Enrollment, HttpMethod.Get, $"records/{erased.Record}")).GetProperty("learnerId").GetGuid();
        await Api.Send(Api.Enrollment, HttpMethod.Delete, $"learners/{learner}?reason=OnRequest");
        with.Later(TimeSpan.FromMinutes(1));
        await Story.Until(async () => await State(erased) == "Suppressed", "it is suppressed");
        (await Notifications(erased)).Single().GetProperty("why").GetString().Should().Be("Erased");
        Mails.For(erased.Address).Should().BeEmpty();
    }

    /// <summary>The leader is frozen while the relay has the mail and has not answered; another leads and goes on sending; the first wakes and goes on too.</summary>
    [Fact]
    public async Task Two_senders_at_once_send_each_mail_once()
    {
        var cohort = await Cohort(seats: 8);
        Mails.Tell(Address("Hermine"), Taking.TakesAndWaits);
        var held = await Apply("Hermine", cohort);
        await Story.Until(() => Task.FromResult(Mails.For(held.Address).Count == 1), "the relay has it");
        var (leader, other) = await Leading();
        Signals.Send(leader.Pid, Stop);
        await Story.Until(async () => await Leads(other), "the other leads");
        // Queues that the frozen one has taken from wait for it: these come by the door of the other.
        using var door = Platform.Client("Enrollment", "platform", other.Replica);
        await Story.Until(async () => await State(held, door) == "Sending", "it is still with whoever claimed it");
        with.Later(Enrollment.Notifications.Notification.ClaimHolds);
        await Story.Until(async () => await State(held, door) == "Uncertain", "no answer came in time");
        Signals.Send(leader.Pid, GoOn);
        Mails.LetGo();
        var others = await Task.WhenAll(((string[])["Isidore", "Josse", "Kléber", "Ludmilla"]).Select(name => Apply(name, cohort)));
        foreach (var one in others)
            await Mailed(one, "SeatConfirmed");
        foreach (var one in others.Append(held))
            Mails.For(one.Address).Should().ContainSingle();
        (await State(held)).Should().BeOneOf("Sent", "Uncertain");
    }

    private async Task<Guid> Cohort(int seats, string programme = "course") => (await Course.Open(Api, cohorts: 1, seats, programme: programme)).Cohorts[0];

    private string Address(string name) => $"{string.Concat(name.Replace('é', 'e').Select(char.ToLowerInvariant))}{_number}@mails.example";

    private async Task<Person> Apply(string name, Guid cohort, string programme = "course")
    {
        var form = JsonSerializer.SerializeToNode(Course.Application(cohort, Course.Stranger(), programme), JsonSerializerOptions.Web)!;
        form["person"] = JsonSerializer.SerializeToNode(new { firstName = name, lastName = $"Courrier-{name}-{_number}", email = Address(name) }, JsonSerializerOptions.Web);
        return new((await Api.Send(Api.Enrollment, HttpMethod.Post, "applications", form)).GetProperty("id").GetGuid(), Address(name));
    }

    private async Task<List<JsonElement>> Notifications(Person person, HttpClient? door = null) =>
        [.. (await Api.Send(door ?? Api.Enrollment, HttpMethod.Get, $"notifications?recordId={person.Record}")).EnumerateArray()];

    private async Task<string?> State(Person person, HttpClient? door = null) => (await Notifications(person, door)).Select(n => n.GetProperty("state").GetString()).SingleOrDefault();

    private async Task<List<string>> Kinds(Person person) => [.. (await Notifications(person)).Select(n => n.GetProperty("kind").GetString()!).Order(StringComparer.Ordinal)];

    private Task Mailed(Person person, string kind) => Story.Until(
        async () => (await Notifications(person)).Exists(n => n.GetProperty("kind").GetString() == kind && n.GetProperty("state").GetString() == "Sent"), $"{kind} is mailed");

    private async Task<long> Events() => (long)(await Platform.Sql("enrollment", "SELECT count(*) FROM enrollment.mt_events WHERE type LIKE 'notification.%'"))[0][0];

    // Both the messages of Scheduling and what Enrollment projects and follows by itself: from the first event on.
    private async Task Everything_is_heard_again()
    {
        foreach (var service in Platform.Enrollment.Concat(Platform.Scheduling))
            await service.KillAsync();
        // Of one that is at 0 the daemon thinks that it has no row yet.
        await Platform.Sql("enrollment", "UPDATE enrollment.mt_event_progression SET last_seq_id = 1 WHERE name LIKE 'Notifications:%'");
        await Platform.Sql("scheduling", "UPDATE scheduling.mt_event_progression SET last_seq_id = 1 WHERE name LIKE 'Announcer:%'");
        foreach (var service in Platform.Enrollment.Concat(Platform.Scheduling))
            await service.RestartAsync();
        foreach (var (store, name) in ((string, string)[])[("enrollment", "Notifications"), ("scheduling", "Announcer")])
        {
            await Story.Until(async () => (await Platform.Sql(store, $"SELECT FROM {store}.mt_event_progression WHERE name LIKE '{name}:%' AND last_seq_id >= (SELECT max(seq_id) FROM {store}.mt_events)")).Count == 1,
                $"{name} of {store} is at the end again");
        }

        await Story.Until(async () =>
        {
            using var broker = await Platform.Broker();
            await using var channel = await broker.CreateChannelAsync();
            return (await channel.QueueDeclarePassiveAsync("enrollment.queue-notification")).MessageCount == 0;
        }, "what was said again is heard");
    }

    private async Task<(ServiceProcess Leader, ServiceProcess Other)> Leading()
    {
        var leads = await Leads(Platform.Enrollment[0]);
        return (Platform.Enrollment[leads ? 0 : 1], Platform.Enrollment[leads ? 1 : 0]);
    }

    private static async Task<bool> Leads(ServiceProcess replica)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(replica.Url, "health/leader"));
        return answer.IsSuccessStatusCode;
    }

    private static string Text(Arrived mail) => MimeKit.MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail.Text))).TextBody ?? "";

    private sealed record Person(Guid Record, string Address);

    /// <summary>Two replicas of each service, and a relay on this machine.</summary>
    public sealed class WithRelay : IAsyncLifetime
    {
        // Services have the environment of whoever starts them, also again.
        private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal)
        {
            ["Mail__Host"] = "127.0.0.1",
            ["Mail__Security"] = "None",
            ["Mail__Sender"] = "Tremplin <training@tremplin.example>",
        };

        /// <summary>By the services' clock.</summary>
        public DateTimeOffset Now { get; private set; } = OnePlatform.Start;

        internal MailServer Mails { get; } = new();

        internal Cli.Machine.Platform? Platform { get; private set; }

        internal Api? Api { get; private set; }

        /// <summary>Lets time pass.</summary>
        public void Later(TimeSpan by) => Platform!.SetClock(Now += by);

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            _environment["Mail__Port"] = Mails.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (name, value) in _environment)
                Environment.SetEnvironmentVariable(name, value);
            (Platform, Api) = await OnePlatform.Begin(replicas: 2);
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            Api?.Dispose();
            if (Platform is not null)
                await Platform.DisposeAsync();
            Mails.Dispose();
            foreach (var name in _environment.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
