using AwesomeAssertions;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Tremplin.Platform.Rules;

/// <summary>What is laid over the compose file is guarded as what is in it.</summary>
public class ComposeSpecs
{
    public static TheoryData<string> Overlays { get; } = ["deploy/compose.standby.yml", "deploy/compose.cluster.yml"];

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_container_more_may_do_no_more(string overlay)
    {
        var known = Services("docker-compose.yml");
        var more = Services(overlay).Where(s => !known.ContainsKey(s.Key)).ToDictionary();
        more.Should().NotBeEmpty();
        foreach (var (name, service) in more)
        {
            // What is not said here is taken from a service that has it.
            var whole = service.TryGetValue("extends", out var from) ? known[(string)((Dictionary<object, object>)from)["service"]] : service;
            whole["read_only"].Should().Be("true", "{0}", name);
            whole["cap_drop"].Should().BeEquivalentTo(new object[] { "ALL" }, "{0}", name);
            whole["security_opt"].Should().BeEquivalentTo(new object[] { "no-new-privileges:true" }, "{0}", name);
            whole.Keys.Should().Contain(["user", "mem_limit", "pids_limit"], "{0}", name);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_it_mounts_is_there(string overlay)
    {
        var volumes = (Dictionary<object, object>)Yaml("docker-compose.yml")["volumes"];
        var more = (Dictionary<object, object>)Yaml(overlay)["volumes"];
        var mounted = Services(overlay).Values.SelectMany(s => s.TryGetValue("volumes", out var v) ? (List<object>)v : []).Select(v => ((string)v).Split(':')[0]).ToList();
        mounted.Should().NotBeEmpty();
        mounted.Should().OnlyContain(v => v[0] == '.' ? Path.Exists(Path.Combine(Tree.Root, v)) : volumes.ContainsKey(v) || more.ContainsKey(v));
    }

    private static Dictionary<string, Dictionary<object, object>> Services(string file) => ((Dictionary<object, object>)Yaml(file)["services"])
        .ToDictionary(s => (string)s.Key, s => (Dictionary<object, object>)s.Value, StringComparer.Ordinal);

    private static Dictionary<object, object> Yaml(string file)
    {
        using var text = new StringReader(Tree.Read(file));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }
}
