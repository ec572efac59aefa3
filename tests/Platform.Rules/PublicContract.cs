using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Tremplin.Contracts.Partners.V1;
using Tremplin.Defaults;
using Tremplin.Enrollment.Partners;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Platform.Rules;

/// <summary>A message to a partner, or a command from one, in its newest minor version.</summary>
internal sealed record PublicContract(Type Type, string Name, int Minor, bool IsCommand)
{
    public const string Partner = "incub-loire";

    private static readonly DateTimeOffset Then = new(2026, 9, 7, 8, 30, 0, TimeSpan.Zero);

    // A key that nobody signs with. The example opens with it.
    private static readonly Ledger.SigningKey Log = new("tremplin/enrollment", new byte[Ledger.SigningKey.SeedLength]);
    private static readonly Ledger.Checkpoint Witnessed = new(Log.Verifier.Name, 4711, System.Security.Cryptography.SHA256.HashData("example"u8));

    // Examples are read by people: what they show should be able to happen.
    private static readonly Dictionary<string, object> Spoken = new(StringComparer.Ordinal)
    {
        ["Ref"] = "2026-0042",
        ["ApplicationRef"] = "2026-0042",
        ["OrganisationRef"] = "ORG-0117",
        ["Programme"] = "digital-basics",
        ["Cycle"] = 1,
        ["Role"] = "volunteer",
        ["AppliedOn"] = new DateOnly(2026, 9, 1),
        ["FirstName"] = "Camille",
        ["LastName"] = "Exemple",
        ["Email"] = "camille@example.org",
        ["BirthDate"] = new DateOnly(1990, 5, 17),
        ["Eligible"] = false,
        ["RuleVersion"] = 1,
        ["EligibilityDecided.Reasons"] = new[] { "The organisation is not in the plan." },
        ["TrainingNotCompleted.Reasons"] = new[] { "Too few of the delivered minutes were attended." },
        ["SeatRefused.Reason"] = "The cohort is closed.",
        ["DeliveredMinutes"] = 210,
        ["AttendedMinutes"] = 195,
        ["Command"] = "apply-for-training.v1",
        ["CommandId"] = "order-1",
        ["MessageId"] = "order-1",
        ["CommandAnswered.Outcome"] = CommandOutcome.Refused,
        ["CommandAnswered.Code"] = "unknown",
        ["CommandAnswered.Reason"] = "There is no such record of this partner.",
        ["Pointer"] = "/data/applicationRef",
        ["MessageRejected.Code"] = "missing",
        ["MessageRejected.Reason"] = "The field is missing.",
        ["AfterSequence"] = 4711L,
        ["Service"] = "enrollment",
        ["Size"] = Witnessed.Size,
        ["Note"] = Log.Sign(Witnessed),
        ["Key"] = Log.Verifier.ToString(),
    };

    /// <summary>The CloudEvents type.</summary>
    public string WireType => CloudEvent.Domain + Name;

    /// <summary>What the schema and the example are called: the name with the minor version.</summary>
    public string File => $"{Name}.{Minor}";

    /// <summary>Whether it is the public form of a stored event, and has the place in its record's history.</summary>
    public bool IsOfRecord => Stored is not null;

    /// <summary>Whether it is for every partner, and not for the one whose it is.</summary>
    public bool IsForAll => Type.GetCustomAttribute<PublicEventAttribute>() is { ForAll: true };

    private StoredEvent? Stored => Code.Events.SingleOrDefault(e => e.Stream == typeof(TrainingRecord) && e.Name == Name);

    public static PublicContract? Of(Type type) =>
        type.GetCustomAttribute<PublicEventAttribute>() is { } @event ? new(type, @event.Name, @event.Minor, false)
        : type.GetCustomAttribute<PublicCommandAttribute>() is { } command ? new(type, command.Name, command.Minor, true)
        : null;

    /// <summary>The last day on which it is sent, where a next major version is there already.</summary>
    public string? LastDay => Type.GetCustomAttribute<PublicEventAttribute>()?.LastDay;

    /// <summary>The events that have a next major version, and yet no last day: a partner must know by when to be ready.</summary>
    public static IEnumerable<string> WithoutLastDay(IEnumerable<PublicContract> all)
    {
        var events = all.Where(c => !c.IsCommand).ToList();
        return events.Where(c => c.LastDay is null && events.Any(o => Parts(o) is var (name, major) && name == Parts(c).Name && major > Parts(c).Major)).Select(c => c.Name);

        static (string Name, int Major) Parts(PublicContract c) =>
            c.Name.Split(".v") is [var name, var major] ? (name, int.Parse(major, CultureInfo.InvariantCulture)) : throw new InvalidOperationException(c.Name);
    }

    /// <summary>The public forms of a stored event, whatever it says; null among them where it may have none.</summary>
    public static IEnumerable<Type?> Forms(StoredEvent e) => Example.Variants(e.Type)
        .Select(data => Enrollment.Announcements.Public(new(Guid.Empty, Guid.Empty, 1, data, default))?.GetType()).Distinct();

    /// <summary>The words of an enumeration as they are written, with what they mean.</summary>
    public static IEnumerable<(string Word, string Meaning)> Words(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (JsonNamingPolicy.CamelCase.ConvertName(f.Name), Docs.Summary(f)));

    /// <summary>A whole message, always the same. It shows every field, also such as do not come together.</summary>
    public JsonNode Message() => this switch
    {
        { IsCommand: true } => Command(),
        { Stored: { } stored } => JsonNode.Parse(CloudEvent.Of(AsStored(stored))!.Bytes.Span)!,
        { IsForAll: true } => JsonNode.Parse(CloudEvent.Notice(NameBased.Id("example", "notice"), Example.Of(Type, Spoken), "enrollment", Then).Bytes.Span)!,
        _ => JsonNode.Parse(CloudEvent.Answer(Partner, NameBased.Id("example", "command"), Example.Of(Type, Spoken), Then).Bytes.Span)!,
    };

    private static IEvent AsStored(StoredEvent stored)
    {
        var record = NameBased.Id("example", "record");
        var e = (IEvent)Activator.CreateInstance(typeof(Event<>).MakeGenericType(stored.Type), Example.Of(stored.Type, Spoken))!;
        (e.Id, e.StreamId, e.Sequence, e.Version, e.Timestamp) = (NameBased.Id("example", stored.Name), record, 4711, 3, Then.AddMilliseconds(12));
        (e.CorrelationId, e.CausationId) = (record.ToString(), NameBased.Id("example", "command").ToString());
        e.SetHeader(Origin.PartnerHeader, Partner);
        e.SetHeader(Origin.OccurredAtHeader, Then.ToString("O", CultureInfo.InvariantCulture));
        return e;
    }

    private JsonObject Command() => new()
    {
        ["specversion"] = "1.0",
        ["id"] = "order-1",
        ["source"] = "/" + Partner,
        ["type"] = WireType,
        ["time"] = "2026-09-07T08:30:00Z",
        ["datacontenttype"] = "application/json",
        ["dataschema"] = Schema.Urn + File,
        ["data"] = JsonSerializer.SerializeToNode(Example.Of(Type, Spoken), Type, CloudEvent.Json),
    };
}
