using System.Net.Http.Json;
using Tremplin.Cli.Audit;
using Tremplin.Cli.Demo;
using Tremplin.Cli.Machine;

namespace Tremplin.Scenarios;

/// <summary>Two replicas of each service side by side give the same result, and one takes over from the other.</summary>
public sealed class TwoReplicas
{
    // SIGSTOP and SIGCONT, by Linux's numbers.
    private const int Stop = 19, GoOn = 18;

    [Fact]
    public async Task Both_take_requests_one_leads_and_the_other_takes_over()
    {
        var (platform, api) = await OnePlatform.Begin(replicas: 2);
        await using var ends = platform;
        using var also = api;
        using var second = platform.Client("Enrollment", "platform", replica: 1);
        var cohort = (await Course.Open(api, cohorts: 1, seats: 20)).Cohorts[0];

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async n =>
        {
            var door = n % 2 == 0 ? api.Enrollment : second;
            using var answer = await door.PostAsJsonAsync("applications", Course.Application(cohort, n));
            answer.EnsureSuccessStatusCode();
        }));
        await api.Answered(cohort, 200);
        (await api.States(cohort)).Should().BeEquivalentTo(new Dictionary<string, int> { ["Confirmed"] = 20, ["Waitlisted"] = 180 });
        await Each_read_of_one_learner_is_recorded(platform, api.Enrollment, second, cohort);
        foreach (var service in new[] { platform.Enrollment, platform.Scheduling, platform.Certification })
        {
            (await Leaders(service)).Should().ContainSingle();
            var leader = (await Leaders(service)).Single();
            var other = service.Single(s => s != leader);
            // Then what each holds of the ledger in memory is a part only.
            if (leader.Service == "Enrollment")
                await Loses_the_lead_and_gets_it_back(leader, other, () => Apply(other.Replica));
            await leader.KillAsync();
            await Story.Until(async () => await Leaders([other]) is [_], $"the other {leader.Service} leads");
        }

        // Whoever is left does the work alone; replica 0 may be the one that is gone. 20 of 202 have a seat by now.
        using var left = platform.Client("Enrollment", "platform", platform.Enrollment.Single(s => s.ResidentBytes > 0).Replica);
        (await left.PostAsJsonAsync("applications", Course.Application(cohort, 200))).EnsureSuccessStatusCode();
        await Story.Until(async () => (await Api.Send(left, HttpMethod.Get, $"records?cohort={cohort}&state=Waitlisted&take=1000")).GetArrayLength() == 182,
            "the late request has its place");
        await platform.Witnessed();
        foreach (var service in Auditor.Services)
        {
            await using var store = Verify.Store(platform.Servers.PostgresConnectionString("postgres"), service);
            var verified = await Verify.Of(service, store, platform.Witness).Run(_ => { }, TestContext.Current.CancellationToken);
            verified.Findings.Should().BeEmpty($"one ledger of {service} was grown by turns");
        }

        async Task Apply(int replica)
        {
            using var door = platform.Client("Enrollment", "platform", replica);
            (await door.PostAsJsonAsync("applications", Course.Application(cohort, Course.Stranger()))).EnsureSuccessStatusCode();
        }
    }

    private static async Task Loses_the_lead_and_gets_it_back(ServiceProcess leader, ServiceProcess other, Func<Task> meanwhile)
    {
        // Frozen, as a machine may be: its connections stay.
        Signals.Send(leader.Pid, Stop);
        await Story.Until(async () => await Leaders([other]) is [_], $"the other {leader.Service} leads while the first is silent");
        await meanwhile();
        Signals.Send(leader.Pid, GoOn);
        Signals.Send(other.Pid, Stop);
        await Story.Until(async () => await Leaders([leader]) is [_], $"the first {leader.Service} leads again");
        Signals.Send(other.Pid, GoOn);
    }

    // Optimistic appends to one stream, from two processes: each answer has its event.
    private static async Task Each_read_of_one_learner_is_recorded(Platform platform, HttpClient first, HttpClient second, Guid cohort)
    {
        var records = await Api.Send(first, HttpMethod.Get, $"records?cohort={cohort}&take=1");
        var learner = records[0].GetProperty("learnerId").GetGuid();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async n =>
            (await Api.Send(n % 2 == 0 ? first : second, HttpMethod.Get, $"learners/{learner}?purpose=Training")).GetProperty("firstName").GetString().Should().Be("Camille")));
        (await platform.Sql("enrollment", $"SELECT count(*) FROM enrollment.mt_events WHERE stream_id = '{learner}' AND type = 'learner.read.v1'"))[0][0].Should().Be(200L);
    }

    private static async Task<List<ServiceProcess>> Leaders(IReadOnlyList<ServiceProcess> replicas)
    {
        using var http = new HttpClient();
        var leads = await Task.WhenAll(replicas.Select(async replica =>
        {
            using var answer = await http.GetAsync(new Uri(replica.Url, "health/leader"));
            return answer.IsSuccessStatusCode;
        }));
        return [.. replicas.Where((_, i) => leads[i])];
    }
}
