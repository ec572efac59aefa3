using System.Diagnostics;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

namespace Tremplin.Platform.Rules;

/// <summary>
/// deploy/kubernetes with its example overlay, as typed objects: a field that its kind does not have is an error. Kinds of
/// operators have here the fields that are used, and no others.
/// </summary>
/// <param name="Objects">Every object.</param>
/// <param name="Secrets">What the script generates, by name.</param>
internal sealed record Manifests(IReadOnlyList<object> Objects, IReadOnlyDictionary<string, V1Secret> Secrets)
{
    public const string Folder = "deploy/kubernetes", Base = Folder + "/base", Example = Folder + "/overlays/example";

    /// <summary>What operators make by themselves, once their resource is there: a secret and its keys, and services with their ports.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> MadeSecrets = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["tremplin-postgres-ca"] = ["ca.crt"],
        ["tremplin-rabbitmq-default-user"] = ["connection_string"],
    };

    public static readonly IReadOnlyDictionary<string, int> MadeServices = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["tremplin-postgres-rw"] = 5432,
        ["tremplin-rabbitmq"] = 5672,
    };

    private static readonly Dictionary<string, Type> Kinds = new(StringComparer.Ordinal)
    {
        ["postgresql.cnpg.io/v1/Cluster"] = typeof(Custom<Cluster>),
        ["postgresql.cnpg.io/v1/ScheduledBackup"] = typeof(Custom<ScheduledBackup>),
        ["barmancloud.cnpg.io/v1/ObjectStore"] = typeof(Custom<ObjectStore>),
        ["rabbitmq.com/v1beta1/RabbitmqCluster"] = typeof(Custom<RabbitmqCluster>),
        ["gateway.networking.k8s.io/v1/HTTPRoute"] = typeof(Custom<HttpRoute>),
        ["gateway.networking.k8s.io/v1/TCPRoute"] = typeof(Custom<TcpRoute>),
    };

    public IEnumerable<T> All<T>() => Objects.OfType<T>();

    /// <summary>Every template of a pod, under the name of what makes it.</summary>
    public IEnumerable<(string Name, V1PodTemplateSpec Template)> Pods =>
        All<V1Deployment>().Select(d => (d.Name(), d.Spec.Template)).Concat(All<V1Job>().Select(j => (j.Name(), j.Spec.Template)));

    /// <summary>The tree's manifests, or what they would be if a file read differently.</summary>
    public static Manifests Read(Func<string, string, string>? change = null)
    {
        var documents = Resources(Example).SelectMany(file => Documents(Text(file))).ToList();
        foreach (var patch in Kustomization.Of(Text($"{Example}/kustomization.yaml")).Patches)
        {
            var targets = documents.Where(d => Is(d, patch.Target)).ToList();
            if (targets.Count == 0)
                throw new InvalidOperationException($"{patch.Path}: there is no {patch.Target.Kind} {patch.Target.Name}.");
            foreach (var operation in Operations(Text($"{Example}/{patch.Path}")))
                targets.ForEach(operation);
        }

        return new(
            [.. documents.SelectMany(d => KubernetesYaml.LoadAllFromString(Written(d), Kinds, strict: true))],
            KubernetesYaml.LoadAllFromString(Generated.Value, null, strict: true).Cast<V1Secret>().ToDictionary(s => s.Name(), StringComparer.Ordinal));

        string Text(string file) => change?.Invoke(file, Tree.Read(file)) ?? Tree.Read(file);

        IEnumerable<string> Resources(string folder) => Kustomization.Of(Text($"{folder}/kustomization.yaml")).Resources
            .Select(r => Path.GetRelativePath(Tree.Root, Path.GetFullPath(Path.Combine(Tree.Root, folder, r))))
            .SelectMany(r => r.EndsWith(".yaml", StringComparison.Ordinal) ? [r] : Resources(r));
    }

    /// <summary>What the script prints.</summary>
    public static string Generate()
    {
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(Tree.Root, Folder, "secrets.sh"), ["partner-a"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var printed = script.StandardOutput.ReadToEnd();
        script.WaitForExit();
        return script.ExitCode == 0 ? printed : throw new InvalidOperationException("secrets.sh failed.");
    }

    private static readonly Lazy<string> Generated = new(Generate);

    private static IEnumerable<YamlMappingNode> Documents(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(d => (YamlMappingNode)d.RootNode);
    }

    private static string Written(YamlMappingNode document)
    {
        using var text = new StringWriter();
        new YamlStream(new YamlDocument(document)).Save(text, assignAnchors: false);
        return text.ToString();
    }

    private static bool Is(YamlMappingNode document, Kustomization.Aim target) =>
        (string?)document["kind"] == target.Kind && (target.Name is null || (string?)document["metadata"]["name"] == target.Name);

    // RFC 6902, as far as it is used.
    private static IEnumerable<Action<YamlMappingNode>> Operations(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        foreach (var operation in ((YamlSequenceNode)stream.Documents[0].RootNode).Cast<YamlMappingNode>())
        {
            var path = ((string)operation["path"]!).Split('/')[1..];
            yield return document =>
            {
                var parent = path[..^1].Aggregate(document, (at, name) => (YamlMappingNode)at[name]);
                if ((string?)operation["op"] != (parent.Children.ContainsKey(path[^1]) ? "replace" : "add"))
                    throw new InvalidOperationException($"{operation["op"]} {operation["path"]} does not fit {document["kind"]}.");
                parent.Children[path[^1]] = operation["value"];
            };
        }
    }

    internal sealed class Kustomization
    {
        public required string ApiVersion { get; init; }
        public required string Kind { get; init; }
        public string? Namespace { get; init; }
        public List<string> Resources { get; init; } = [];
        public List<Image> Images { get; init; } = [];
        public List<Patch> Patches { get; init; } = [];

        public static Kustomization Of(string text) => KubernetesYaml.Deserialize<Kustomization>(text, strict: true);

        internal sealed record Image { public required string Name { get; init; } public required string NewName { get; init; } public required string NewTag { get; init; } }
        internal sealed record Patch { public required string Path { get; init; } public required Aim Target { get; init; } }
        internal sealed record Aim { public required string Kind { get; init; } public string? Name { get; init; } }
    }

    internal sealed class Custom<T>
    {
        public required string ApiVersion { get; init; }
        public required string Kind { get; init; }
        public required V1ObjectMeta Metadata { get; init; }
        public required T Spec { get; init; }
    }

    internal sealed record Named { public required string Name { get; init; } }

    internal sealed record KeyOf { public required string Name { get; init; } public required string Key { get; init; } }

    internal sealed class Cluster
    {
        public required int Instances { get; init; }
        public required string ImageName { get; init; }
        public string? PrimaryUpdateStrategy { get; init; }
        public bool EnablePDB { get; init; }
        public required Bootstrapping Bootstrap { get; init; }
        public bool EnableSuperuserAccess { get; init; }
        public required Named SuperuserSecret { get; init; }
        public required Configuration Postgresql { get; init; }
        public required Space Storage { get; init; }
        public Space? WalStorage { get; init; }
        public required V1ResourceRequirements Resources { get; init; }
        public required Placement Affinity { get; init; }
        public List<Plugin> Plugins { get; init; } = [];

        internal sealed record Bootstrapping { public required First Initdb { get; init; } }
        internal sealed record First { public bool DataChecksums { get; init; } }
        internal sealed record Configuration { public required Waiting Synchronous { get; init; } public Dictionary<string, string> Parameters { get; init; } = []; }
        internal sealed record Waiting { public required string Method { get; init; } public required int Number { get; init; } public string? DataDurability { get; init; } }
        internal sealed record Space { public required string Size { get; init; } public string? StorageClass { get; init; } }
        internal sealed record Placement { public bool EnablePodAntiAffinity { get; init; } public string? PodAntiAffinityType { get; init; } public string? TopologyKey { get; init; } }
        internal sealed record Plugin { public required string Name { get; init; } public bool IsWALArchiver { get; init; } public Dictionary<string, string> Parameters { get; init; } = []; }
    }

    internal sealed class ScheduledBackup
    {
        public required string Schedule { get; init; }
        public required Named Cluster { get; init; }
        public string? Method { get; init; }
        public Named? PluginConfiguration { get; init; }
        public string? BackupOwnerReference { get; init; }
    }

    internal sealed class ObjectStore
    {
        public string? RetentionPolicy { get; init; }
        public required Place Configuration { get; init; }

        internal sealed record Place
        {
            public required string DestinationPath { get; init; }
            public string? EndpointURL { get; init; }
            public required Credentials S3Credentials { get; init; }
            public Writing? Wal { get; init; }
        }

        internal sealed record Credentials { public required KeyOf AccessKeyId { get; init; } public required KeyOf SecretAccessKey { get; init; } }
        internal sealed record Writing { public string? Compression { get; init; } }
    }

    internal sealed class RabbitmqCluster
    {
        public required int Replicas { get; init; }
        public required string Image { get; init; }
        public long? TerminationGracePeriodSeconds { get; init; }
        public required Space Persistence { get; init; }
        public required V1ResourceRequirements Resources { get; init; }
        public Configuration? Rabbitmq { get; init; }
        public V1Affinity? Affinity { get; init; }

        internal sealed record Space { public required string Storage { get; init; } public string? StorageClassName { get; init; } }
        internal sealed record Configuration { public string? AdditionalConfig { get; init; } }
    }

    internal sealed record Parent { public required string Name { get; init; } public string? Namespace { get; init; } public string? SectionName { get; init; } }

    internal sealed record Backend { public required string Name { get; init; } public required int Port { get; init; } }

    internal sealed class HttpRoute
    {
        public required List<Parent> ParentRefs { get; init; }
        public List<string> Hostnames { get; init; } = [];
        public required List<Rule> Rules { get; init; }

        internal sealed record Rule
        {
            public required List<Match> Matches { get; init; }
            public List<Filter> Filters { get; init; } = [];
            public required List<Backend> BackendRefs { get; init; }
        }

        internal sealed record Match { public required Route Path { get; init; } }
        internal sealed record Route { public required string Type { get; init; } public required string Value { get; init; } }
        internal sealed record Filter { public required string Type { get; init; } public required Rewriting UrlRewrite { get; init; } }
        internal sealed record Rewriting { public required Replacement Path { get; init; } }
        internal sealed record Replacement { public required string Type { get; init; } public required string ReplacePrefixMatch { get; init; } }
    }

    internal sealed class TcpRoute
    {
        public required List<Parent> ParentRefs { get; init; }
        public required List<Rule> Rules { get; init; }

        internal sealed record Rule { public required List<Backend> BackendRefs { get; init; } }
    }
}
