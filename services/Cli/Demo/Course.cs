namespace Tremplin.Cli.Demo;

/// <summary>A one-half-day programme with many open cohorts and as many applicants as one wants, for tests and benchmarks.</summary>
internal sealed class Course(IReadOnlyList<Guid> cohorts, int seats, int from)
{
    /// <summary>Through whom everybody applies.</summary>
    public const string Partner = "incub-loire";

    /// <summary>Where everybody volunteers.</summary>
    public const string Organisation = "ORG-COURSE";

    private static readonly string[] Objectives = ["2.1 Interacting through digital technologies"];
    private static int _strangers = 900_000;
    private int _applied = from - 1;

    /// <summary>The open cohorts.</summary>
    public IReadOnlyList<Guid> Cohorts => cohorts;

    /// <summary>Publishes the programme, registers an organisation and opens the cohorts; returns when Enrollment knows them all.</summary>
    public static async Task<Course> Open(Api api, int cohorts, int seats, DateOnly? on = null, int from = 0, string programme = "course", string? bpfObjective = null)
    {
        await Api.Send(api.Enrollment, HttpMethod.Put, $"organisations/{Organisation}", new
        {
            @ref = Organisation,
            name = "L'Atelier",
            legalForm = "association",
            address = "",
            postcode = "45000",
            commune = "ORLEANS",
            zone = "Europe/Paris",
        });
        await Api.Send(api.Scheduling, HttpMethod.Put, $"programmes/{programme}", new
        {
            title = "Cours",
            objectives = Objectives,
            halfDays = 1,
            minAttendedShare = 0.8,
            minSize = 1,
            maxSize = Math.Max(seats, 1),
            validityMonths = 36,
            bpfObjective,
        });
        var ids = Enumerable.Range(0, cohorts).Select(_ => Guid.CreateVersion7()).ToList();
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) => await OpenCohort(api, id, seats, on, programme));
        await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, stop) =>
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromMinutes(1));
            while (!(await api.Enrollment.GetAsync($"offerings/{id}", patience.Token)).IsSuccessStatusCode)
                await Task.Delay(20, patience.Token);
        });
        return new(ids, seats, from);
    }

    /// <summary>The session of a cohort.</summary>
    public static Guid SessionOf(Guid cohort) => new([.. cohort.ToByteArray().Reverse()]);

    /// <summary>An application by somebody new, for the first cohort that has had fewer applications than seats.</summary>
    public object Next()
    {
        var n = Interlocked.Increment(ref _applied);
        return Application(cohorts[(n - from) / seats % cohorts.Count], n);
    }

    /// <summary>The number of a person who has not applied yet.</summary>
    public static int Stranger() => Interlocked.Increment(ref _strangers);

    /// <summary>An application by the person with this number.</summary>
    public static object Application(Guid? cohort, int person, string programme = "course") => new
    {
        applicationRef = $"C{person:D6}",
        organisationRef = Organisation,
        role = "volunteer",
        programme,
        appliedOn = "2026-10-01",
        cohortId = cohort,
        partner = Partner,
        person = new { firstName = "Camille", lastName = $"Durand-{person}", email = $"camille.durand{person}@atelier.example" },
    };

    private static async Task OpenCohort(Api api, Guid id, int seats, DateOnly? on, string programme)
    {
        await Api.Send(api.Scheduling, HttpMethod.Put, $"cohorts/{id}", new
        {
            programmeRef = programme,
            zone = "Europe/Paris",
            place = "Orléans",
            territories = Array.Empty<string>(),
            capacity = seats,
        });
        await Api.Send(api.Scheduling, HttpMethod.Put, $"sessions/{SessionOf(id)}", new
        {
            cohortId = id,
            number = 1,
            // So far away that no story's clock passes it.
            date = on ?? DateOnly.FromDateTime(DateTime.UtcNow.AddDays(300)),
            start = "09:00:00",
            end = "12:30:00",
            trainer = $"trainer-{id:N}",
            room = $"{id:N}",
        });
        await Api.Send(api.Scheduling, HttpMethod.Post, $"cohorts/{id}/open");
    }
}
