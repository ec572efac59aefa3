namespace Tremplin.Cli.Partners;

/// <summary>What a partner gets to start with. Secrets are there only when they were made just now.</summary>
/// <param name="Partner">The partner's id.</param>
/// <param name="Created">True when it is new.</param>
/// <param name="Repaired">What was not as it must be, of a partner that existed.</param>
/// <param name="Amqp">Its user at the broker.</param>
/// <param name="OAuth">Its client at Identity.</param>
/// <param name="EnrollmentUrl">Where applications are sent over HTTP.</param>
internal sealed record Account(string Partner, bool Created, IReadOnlyList<string> Repaired, AmqpUser? Amqp, OAuthClient? OAuth, Uri EnrollmentUrl);

/// <summary>A user of the broker. The address holds neither user nor password.</summary>
internal sealed record AmqpUser(string Uri, string User, string Password)
{
    /// <summary>Without the password, lest a log line print it.</summary>
    public override string ToString() => $"{User} at {Uri}";
}

/// <summary>A client at Identity.</summary>
internal sealed record OAuthClient(Uri TokenUrl, string ClientId, string ClientSecret)
{
    /// <summary>Without the secret, lest a log line print it.</summary>
    public override string ToString() => $"{ClientId} at {TokenUrl}";
}

/// <summary>How a partner's access stands.</summary>
/// <param name="Partner">The partner's id.</param>
/// <param name="Connections">How many are open now.</param>
/// <param name="ConnectionLimit">How many may be open; null when there is no limit.</param>
/// <param name="ChannelLimit">How many channels may be open, over all connections; null when there is no limit.</param>
/// <param name="Queues">How many it has.</param>
/// <param name="Waiting">How many messages wait in them.</param>
/// <param name="Drifted">What is not as it must be; empty when all is in order.</param>
internal sealed record AccountState(
    string Partner, int Connections, int? ConnectionLimit, int? ChannelLimit, int Queues, long Waiting, IReadOnlyList<string> Drifted);
