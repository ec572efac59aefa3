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

    /// <summary>Plays it from this time on.</summary>
    /// <returns>The time at its end.</returns>
    public async Task<DateTimeOffset> Run(DateTimeOffset now)
    {
        tellTime?.Invoke(now);
        var day = DateOnly.FromDateTime(now.UtcDateTime.AddDays(30));
        cohort = (await Course.Open(api, cohorts: 1, seats: 2, day)).Cohorts[0];

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
        await line.Until(Record + "not-completed.v1", eli);
        await line.Until(Record + "seat-refused.v1", fay);

        // Who was left without a seat would ask for one as soon as the next cohort opens.
        foreach (var left in new[] { dov, fay })
            await line.Ask("withdraw-application.v1", new { recordId = left, reason = "other" });

        await line.Ask("request-replay.v1", new { recordId = bea });
        await line.Until("ledger.checkpoint-signed.v1");
        return end;
    }

    private async Task<string> Applies(string name, string until, string? id = null)
    {
        var record = (await line.Ask(Apply, Form(name, Course.Organisation), id)).GetProperty("data").GetProperty("recordId").GetString()!;
        // The next one applies when this one has its place, so that the order is known.
        await line.Until(Record + until, record);
        return record;
    }

    private async Task NotEligible()
    {
        const string TownHall = "ORG-MAIRIE";
        await Api.Send(api.Enrollment, HttpMethod.Put, $"organisations/{TownHall}", new
        {
            @ref = TownHall,
            name = "Mairie d'Annecy",
            legalForm = "public body",
            address = "",
            postcode = "74000",
            commune = "ANNECY",
            zone = "Europe/Paris",
        });
        var record = (await line.Ask(Apply, Form("Gus", TownHall))).GetProperty("data").GetProperty("recordId").GetString()!;
        await line.Until(Record + "eligibility-decided.v1", record);
    }

    private object Form(string name, string organisation) => new
    {
        applicationRef = $"{name}-{round}",
        organisationRef = organisation,
        role = "volunteer",
        programme = "course",
        appliedOn = "2026-10-01",
        cohortId = cohort,
        person = new { firstName = name, lastName = $"Exemple-{round}", email = $"{name}.{round}@atelier.example" },
    };
}
