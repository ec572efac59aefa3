using System.Text.Json.Nodes;
using Tremplin.Certification.Certificates;
using Tremplin.Certification.Credentials;
using Tremplin.Cli.Machine;
using Tremplin.Defaults;

namespace Tremplin.Portal.Specs.Certificates;

/// <summary>The portal as it is published, in front of what stands in for Certification.</summary>
public sealed class PublicSite : IAsyncLifetime
{
    /// <summary>The name of the collection of specs that share one.</summary>
    public const string Name = "public site";

    private static readonly DateTimeOffset IssuedAt = new(2026, 11, 24, 10, 30, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("tremplin-portal-").FullName;
    private readonly IssuerKeys _keys = new(Enumerable.Range(1, 32).Select(n => (byte)n).ToArray());
    private readonly List<ServiceProcess> _more = [];
    private int _last = 1000;

    /// <summary>Its address.</summary>
    public Uri Url => Portal.Url;

    internal StandIn Certification { get; private set; } = null!;

    internal ServiceProcess Portal { get; private set; } = null!;

    internal HttpClient Anybody { get; } = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        Certification = await StandIn.Start();
        Portal = await Start(new Dictionary<string, string>(StringComparer.Ordinal));
        Anybody.BaseAddress = Url;
        Certification.Has(".well-known/did.json", Did.Document(Url, _keys), "application/did+json", "\"did\"", "public, max-age=300");
    }

    /// <summary>Another portal in front of the same, with these settings; it ends with this one.</summary>
    internal async Task<Uri> Another(Dictionary<string, string> settings)
    {
        var portal = await Start(settings);
        _more.Add(portal);
        return portal.Url;
    }

    /// <summary>A certificate that can be asked for, truly signed, with the holder's link; its number.</summary>
    internal Guid Issue(string state, Action<JsonObject>? forge = null)
    {
        var id = Sample.Id(Interlocked.Increment(ref _last));
        Certification.Has($"certificates/{id}", Sample.Answer(state, id, Url.ToString()));
        if (state == "withdrawn")
            return id;
        Certification.Has($"certificates/{id}?holder={Sample.Token}", Sample.Answer(state, id, Url.ToString(), opened: true));

        // Each has lists of its own, so that those that run beside each other do not meet.
        var place = new StatusPlace(id.ToByteArray()[0] + (id.ToByteArray()[1] * 256), 131071);
        var badge = DataIntegrity.Sign(
            OpenBadge.Of(Url, id, IssuedAt, Claims, place, Sample.Name, Sample.Salt, withName: false), _keys, IssuedAt);
        forge?.Invoke(badge);
        Certification.Has($"certificates/{id}/credential", badge, "application/vc", "\"1\"");
        foreach (var purpose in Enum.GetValues<StatusPurpose>())
        {
            var set = (purpose, state) is (StatusPurpose.Revocation, "revoked") or (StatusPurpose.Suspension, "suspended");
            List(place, purpose, set);
        }

        return id;
    }

    /// <summary>Says of a certificate in its status list what is not so.</summary>
    internal void Belie(Guid id, StatusPurpose purpose, bool set) => List(new(id.ToByteArray()[0] + (id.ToByteArray()[1] * 256), 131071), purpose, set);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Anybody.Dispose();
        foreach (var portal in _more.Append(Portal))
            await portal.DisposeAsync();
        await Certification.DisposeAsync();
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CertificateIssued Claims { get; } = new(
        Guid.NewGuid(), 7, Guid.NewGuid(), new Sealed("c2VhbGVk"), "siren:123456782", "cap-ouest", "outils-collaboratifs", 2,
        "Travailler à distance avec des outils collaboratifs", ["2.4 Collaborer", "5.2 Identifier des besoins"], Guid.NewGuid(),
        new(2026, 11, 17), new(2026, 11, 24), 1680, 1470, 14m, new(2026, 11, 24), new(2028, 11, 24), "Tremplin");

    private void List(StatusPlace place, StatusPurpose purpose, bool set)
    {
        // The browser's clock is the machine's.
        var now = TimeProvider.System.GetUtcNow();
        var list = StatusList.Credential(Url, place.List, purpose, set ? [0, place.Index] : [0], now, now.AddDays(1));
        Certification.Has(StatusList.Address(Url, place.List, purpose).AbsolutePath[1..], DataIntegrity.Sign(list, _keys, now), "application/vc", cache: "public, max-age=60");
    }

    private Task<ServiceProcess> Start(Dictionary<string, string> settings)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Identity__Authority"] = "http://127.0.0.1:1/",
            ["Secrets__Folder"] = _folder,
            ["Services__Certification"] = Certification.Url.ToString(),
            // One address asks for all of these.
            ["Public__AtOnce"] = "100000",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        return ServiceProcess.StartAsync("Portal", _more.Count, Ports.TakeUrl(), _folder, environment, stop: TestContext.Current.CancellationToken);
    }
}

/// <summary>One portal for all that ask it.</summary>
[CollectionDefinition(PublicSite.Name)]
public sealed class OnePublicSite : ICollectionFixture<PublicSite>;
