using System.Text.Json;
using Tremplin.Cli.Demo;

namespace Tremplin.Cli.Sandbox;

/// <summary>
/// A month of a cohort with two seats in some seconds: every message that a partner can get comes at least once, from the
/// services themselves, and every command is sent.
/// </summary>
/// <param name="tellTime">Tells the services the time. Where nobody can, what needs days to pass is left out.</param>
/// <param name="api">The services.</param>
/// <param name="line">The partner.</param>
internal sealed class Script(Action<DateTimeOffset>? tellTime, Api api, PartnerLine line)
{
    private const string Apply = "apply-for-training.v1", Record = "training-record.";
    private readonly string round = Guid.NewGuid().ToString("N")[..6];
    private Guid cohort;

    // Of its own: nobody else waits for its cohorts, nor is anybody of it left in another's.
    private string Taught => $"course-{round}";

    /// <summary>Plays it from this time on.</summary>
    /// <returns>The time at its end.</returns>
    public async Task<DateTimeOffset> Run(DateTimeOffset now)
    {
        tellTime?.Invoke(now);
        var day = DateOnly.FromDateTime(now.UtcDateTime.AddDays(30));
        var left = await Moves(day);
        await Merges(day);
        (string Record, Guid Morning, Guid Afternoon)? absent = tellTime is null ? null : await Absent(day);
        cohort = (await Course.Open(api, cohorts: 1, seats: 2, day, programme: Taught)).Cohorts[0];

        var repeated = Guid.NewGuid().ToString();
        var ana = await Applies("Ana", "seat-confirmed.v1", repeated);
        var bea = await Applies("Bea", "seat-confirmed.v1");
        var cleo = await Applies("Cleo", "placed-on-waitlist.v1");
        var dov = await Applies("Dov", "placed-on-waitlist.v1");
        var eli = await Applies("Eli", "placed-on-waitlist.v1");
        var fay = await Applies("Fay", "placed-on-waitlist.v1");
        await NotEligible();
        // The same command again has the same answer, and a command at fault is answered too.
        await line.Ask(Apply, Form("Ana", Course.Organisation), repeated);
        await line.Ask(Apply, new { applicationRef = 7 });

        await line.Ask("withdraw-application.v1", new { recordId = ana, reason = "dates" });
        await line.Until(Record + "seat-offered.v1", cleo);
        await line.Ask("decline-offer.v1", new { recordId = cleo });
        await line.Until(Record + "seat-offered.v1", dov);
        if (tellTime is null)
        {
            await Withdraw(left);
            await line.Ask("accept-offer.v1", new { recordId = dov });
            await line.Until(Record + "seat-confirmed.v1", dov);
            await line.Ask("request-replay.v1", new { recordId = bea });
            return now;
        }

        tellTime(now.AddHours(49));
        await line.Until(Record + "offer-expired.v1", dov);
        await line.Until(Record + "seat-offered.v1", eli);
        await line.Ask("accept-offer.v1", new { recordId = eli });
        await line.Until(Record + "seat-confirmed.v1", eli);

        // Bea comes, Eli does not sign, Fay waited for nothing. The half-day is from 9:00 to 12:30 in Paris.
        var session = $"sessions/{Course.SessionOf(cohort)}";
        tellTime(new(day, new(8, 0), TimeSpan.Zero));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/open-signing");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/signatures", new { recordId = bea });
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{absent!.Value.Morning}/open-signing");
        var end = new DateTimeOffset(day, new(11, 31), TimeSpan.Zero);
        tellTime(end);
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/seal");
        // Eli did come, for the last half-hour; it is not enough.
        await Api.Send(api.Scheduling, HttpMethod.Post, $"{session}/corrections", new
        {
            recordId = eli,
            attendance = new { evidence = "MarkedByTrainer", minutes = 30 },
            reason = "ArrivedLate",
            document = new { kind = "PaperSheet", reference = $"sheet-{round}-0" },
        });
        await line.Until(Record + "attendance-corrected.v1", eli);
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{cohort}/close");
        await line.Until(Record + "completed.v1", bea);
        var certificate = (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{bea}")).GetProperty("certificateId").GetString();
        await Api.Send(api.Certification, HttpMethod.Post, $"certificates/{certificate}/suspend", new { reason = "UnderReview" });
        await line.Until(Record + "certificate-changed.v1", bea);
        await line.Until(Record + "not-completed.v1", eli);
        await line.Until(Record + "seat-refused.v1", fay);

        // Nia was not there in the morning, nor in the afternoon.
        await Sealed(absent.Value.Morning);
        tellTime(end.AddMinutes(90));
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{absent.Value.Afternoon}/open-signing");
        end = end.AddHours(5);
        tellTime(end);
        await Sealed(absent.Value.Afternoon);
        await line.Until(Record + "no-show.v1", absent.Value.Record);

        // Who was left without a seat would ask for one as soon as the next cohort opens.
        await Withdraw([dov, fay, .. left]);
        await line.Ask("request-replay.v1", new { recordId = bea });
        await line.Until("ledger.checkpoint-signed.v1");
        return end;
    }

    /// <summary>Two cohorts beside: who changes, who is passed over, whose seat is given up, and what a cancelled cohort leads to.</summary>
    /// <returns>The records that are still in some cohort.</returns>
    private async Task<IReadOnlyList<string>> Moves(DateOnly day)
    {
        var clash = (await Course.Open(api, cohorts: 1, seats: 2, day, programme: "course-beside")).Cohorts[0];
        var both = (await Course.Open(api, cohorts: 2, seats: 2, day, programme: Taught)).Cohorts;
        var (here, there) = (both[0], both[1]);
        var organisation = $"ORG-{round}";
        await Organisation(organisation, "association");
        var hal = await Applies("Hal", "seat-confirmed.v1", to: here);
        var ivo = await Applies("Ivo", "seat-confirmed.v1", to: here);
        var elsewhere = await Applies("Jan", "seat-confirmed.v1", to: clash, programme: "course-beside");
        var jan = await Applies("Jan", "placed-on-waitlist.v1", to: here);
        var kim = await Applies("Kim", "placed-on-waitlist.v1", to: here, organisation: organisation);
        var lea = await Applies("Lea", "placed-on-waitlist.v1", to: here);
        await Organisation(organisation, "public body");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{hal}/agreement", new { signedAt = "2026-10-01T08:00:00Z", document = $"conv-{round}" });
        await line.Until(Record + "agreement-signed.v1", hal);

        // Hal changes; Jan cannot take the seat, for there is another at the same time; Kim is not eligible any more; Lea gets it.
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{hal}/transfer", new { cohortId = there });
        await line.Until(Record + "transferred.v1", hal);
        await line.Until(Record + "passed-over.v1", jan);
        await line.Until(Record + "seat-given-up.v1", kim);
        await line.Until(Record + "seat-offered.v1", lea);
        // Ivo's seat and Lea's offer are all there is: there is no way back.
        await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{hal}/transfer", new { cohortId = here });
        await line.Until(Record + "transfer-refused.v1", hal);
        await Changes_and_withdraws(there);
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{there}/cancel", new { reason = "Other" });
        await line.Until(Record + "displaced.v1", hal);
        return [hal, ivo, elsewhere, jan, lea];
    }

    /// <summary>Two names, one person: of the two records the one with the earlier seat stays.</summary>
    private async Task Merges(DateOnly day)
    {
        var twice = (await Course.Open(api, cohorts: 1, seats: 2, day.AddDays(1), programme: "course-beside")).Cohorts[0];
        var oda = await Applies("Oda", "seat-confirmed.v1", to: twice, programme: "course-beside");
        var pia = await Applies("Pia", "seat-confirmed.v1", to: twice, programme: "course-beside");
        await Api.Send(api.Enrollment, HttpMethod.Post, $"learners/{await Learner(pia)}/merge", new { into = await Learner(oda), ground = "LearnerSaidSo" });
        await line.Until(Record + "closed-as-duplicate.v1", pia);
        await line.Until(Record + "duplicate-noted.v1", oda);
        await Withdraw([oda]);

        async Task<Guid> Learner(string record) => (await Api.Send(api.Enrollment, HttpMethod.Get, $"records/{record}")).GetProperty("learnerId").GetGuid();
    }

    // The withdrawal has to come before the other cohort has answered. Where it is slower, somebody else tries.
    private async Task Changes_and_withdraws(Guid there)
    {
        var from = (await Course.Open(api, cohorts: 1, seats: 20, DateOnly.FromDateTime(DateTime.UtcNow.AddDays(60)), programme: "course-beside")).Cohorts[0];
        var apart = (await Course.Open(api, cohorts: 1, seats: 20, DateOnly.FromDateTime(DateTime.UtcNow.AddDays(90)), programme: "course-beside")).Cohorts[0];
        for (var n = 0; n < 20; n++)
        {
            var mia = await Applies($"Mia{(char)('a' + n)}", "seat-confirmed.v1", to: from, programme: "course-beside");
            await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{mia}/transfer", new { cohortId = apart });
            await Api.Send(api.Enrollment, HttpMethod.Post, $"records/{mia}/withdraw", new { reason = "Other" });
            await line.Until(Record + "learner-withdrew.v1", mia);
            if (await line.Either(Record + "transfer-abandoned.v1", Record + "transferred.v1", mia))
                return;
        }

        throw new InvalidOperationException("Nobody withdrew before the other cohort had answered.");
    }

    /// <summary>A cohort of two half-days, and somebody who will be in neither.</summary>
    private async Task<(string Record, Guid Morning, Guid Afternoon)> Absent(DateOnly day)
    {
        var (id, morning, afternoon) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await Api.Send(api.Scheduling, HttpMethod.Put, "programmes/course-of-two", new { title = "Cours en deux", objectives = Array.Empty<string>(), halfDays = 2, minAttendedShare = 0.5, minSize = 1, maxSize = 2 });
        await Api.Send(api.Scheduling, HttpMethod.Put, $"cohorts/{id}", new { programmeRef = "course-of-two", zone = "Europe/Paris", place = "Orléans", territories = Array.Empty<string>(), capacity = 2 });
        foreach (var (session, number, start, end) in new[] { (morning, 1, "09:00:00", "12:30:00"), (afternoon, 2, "14:00:00", "17:30:00") })
            await Api.Send(api.Scheduling, HttpMethod.Put, $"sessions/{session}", new { cohortId = id, number, date = day, start, end, trainer = $"trainer-{id:N}", room = $"{id:N}" });
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{id}/open");
        while (!(await api.Enrollment.GetAsync($"offerings/{id}")).IsSuccessStatusCode)
            await Task.Delay(20);
        return (await Applies("Nia", "seat-confirmed.v1", to: id, programme: "course-of-two"), morning, afternoon);
    }

    private async Task Sealed(Guid session)
    {
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/countersignature");
        await Api.Send(api.Scheduling, HttpMethod.Post, $"sessions/{session}/seal");
    }

    private async Task Withdraw(IEnumerable<string> records)
    {
        foreach (var record in records)
            await line.Ask("withdraw-application.v1", new { recordId = record, reason = "other" });
    }

    private async Task<string> Applies(string name, string until, string? id = null, Guid? to = null, string? programme = null, string organisation = Course.Organisation)
    {
        var record = (await line.Ask(Apply, Form(name, organisation, programme, to), id)).GetProperty("data").GetProperty("recordId").GetString()!;
        // The next one applies when this one has its place, so that the order is known.
        await line.Until(Record + until, record);
        return record;
    }

    private async Task NotEligible()
    {
        const string TownHall = "ORG-MAIRIE";
        await Organisation(TownHall, "public body");
        var record = (await line.Ask(Apply, Form("Gus", TownHall))).GetProperty("data").GetProperty("recordId").GetString()!;
        await line.Until(Record + "eligibility-decided.v1", record);
    }

    private Task<JsonElement> Organisation(string reference, string legalForm) => Api.Send(api.Enrollment, HttpMethod.Put, $"organisations/{reference}", new
    {
        @ref = reference,
        name = "Annecy",
        legalForm,
        address = "",
        postcode = "74000",
        commune = "ANNECY",
        zone = "Europe/Paris",
    });

    private object Form(string name, string organisation, string? programme = null, Guid? to = null) => new
    {
        applicationRef = $"{name}-{programme ?? Taught}-{round}",
        organisationRef = organisation,
        role = "volunteer",
        programme = programme ?? Taught,
        appliedOn = "2026-10-01",
        cohortId = to ?? cohort,
        person = new { firstName = name, lastName = $"Exemple-{round}", email = $"{name}.{round}@atelier.example" },
    };
}
