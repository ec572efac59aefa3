using System.Reflection;
using Tremplin.Cli.Sandbox;
using Tremplin.Contracts.Partners.V1;

namespace Tremplin.Scenarios;

/// <summary>The sandbox for those who write a partner's client.</summary>
public sealed class EveryMessage(OnePlatform one)
{
    [Fact]
    public async Task The_sandbox_sends_each_of_them_from_the_services_themselves()
    {
        using var access = Cli.Partners.PartnerAccess.To(one.Platform);
        var sent = new List<string>();
        var account = await access.AddAsync("sandbox");
        await using (var line = await PartnerLine.Open(account.Amqp!, (arrow, name, _) => sent.Add(arrow + name)))
        {
            // Twice, as whoever presses Enter has it.
            var until = await new Script(one.Platform, one.Api, line).Run(OnePlatform.Start);
            await new Script(one.Platform, one.Api, line).Run(until);
        }

        one.Platform.SetClock(OnePlatform.Start);
        var contracts = typeof(PublicEventAttribute).Assembly.GetTypes();
        sent.Where(s => s[0] == '←').Select(s => s[1..]).Distinct().Should().BeEquivalentTo(
            contracts.Select(t => t.GetCustomAttribute<PublicEventAttribute>()?.Name).OfType<string>(), "every event comes");
        sent.Where(s => s[0] == '→').Select(s => s[1..]).Distinct().Should().BeEquivalentTo(
            contracts.Select(t => t.GetCustomAttribute<PublicCommandAttribute>()?.Name).OfType<string>(), "every command is sent");
        await access.RemoveAsync("sandbox");
    }
}
