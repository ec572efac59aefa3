using System.Globalization;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Tremplin.Enrollment.Notifications;

/// <summary>
/// The SMTP relay that mail is handed to. Without <c>Mail:Host</c> there is none and nothing is sent; a setting that is wrong ends the
/// service when it starts.
/// </summary>
public sealed class Relay
{
    /// <summary>An answer that takes longer is none.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _host, _user, _password;
    private readonly int _port;
    private readonly SecureSocketOptions _security;

    /// <param name="settings">The settings of the service, with <c>Mail</c> among them.</param>
    /// <exception cref="InvalidOperationException">A setting is lacking or wrong; the message names it.</exception>
    public Relay(IConfiguration settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var mail = settings.GetSection("Mail");
        (_host, _user, Sender) = (mail["Host"] ?? "", mail["User"] ?? "", new("Tremplin", "nobody@invalid"));
        _password = mail["PasswordFile"] is { Length: > 0 } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : mail["Password"] ?? "";
        if (!Configured)
            return;
        Sender = MailboxAddress.TryParse(mail["Sender"] ?? "", out var sender) && sender.Domain.Length > 0 ? sender : throw Wrong("Mail:Sender", "an address such as Tremplin <training@example.org>");
        _port = int.TryParse(mail["Port"] ?? "587", NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue
            ? port
            : throw Wrong("Mail:Port", "a port");
        _security = (mail["Security"] ?? "StartTls") switch
        {
            "StartTls" => SecureSocketOptions.StartTls,
            "Tls" => SecureSocketOptions.SslOnConnect,
            "None" when _user.Length == 0 => SecureSocketOptions.None,
            "None" => throw Wrong("Mail:Security", "StartTls or Tls where there is a user: a password is not sent in clear"),
            _ => throw Wrong("Mail:Security", "StartTls, Tls or None"),
        };
    }

    /// <summary>Whether there is one.</summary>
    public bool Configured => _host.Length > 0;

    /// <summary>Whom mail comes from.</summary>
    public MailboxAddress Sender { get; }

    /// <summary>Whether mail can be addressed to this.</summary>
    public static bool CanReach(string address) => MailboxAddress.TryParse(address, out var mailbox) && mailbox.Domain.Length > 0;

    /// <summary>A mail to one learner. Its Message-ID is always that of the notification, so that whoever gets it twice can tell.</summary>
    public MimeMessage Mail(Guid notification, string address, Letter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var mail = new MimeMessage([Sender], [MailboxAddress.Parse(address)], letter.Subject, new TextPart("plain") { Text = letter.Text })
        {
            MessageId = $"{notification:N}@{Sender.Domain}",
        };
        // RFC 3834: no holiday notice in return.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    /// <summary>A line to the relay. The caller disposes of it.</summary>
    /// <exception cref="Exception">The relay does not answer, or not to us. Nothing was sent.</exception>
    public async Task<Line> Connect(CancellationToken cancellation)
    {
        // Those that say which certificates were revoked are out of reach from where a service runs.
        var line = new Line { CheckCertificateRevocation = false };
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            await line.ConnectAsync(_host, _port, _security, patience.Token);
            if (_user.Length > 0)
                await line.AuthenticateAsync(_user, _password, patience.Token);
            return line;
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    private static InvalidOperationException Wrong(string setting, string right) => new($"The setting {setting} is not {right}.");

    /// <summary>An open connection to the relay.</summary>
    public sealed class Line : SmtpClient
    {
        private bool _addressed;

        /// <summary>Hands a mail over once, and says what became of it.</summary>
        public async Task<Handover> Hand(MimeMessage mail)
        {
            _addressed = false;
            // Also while the service stops: an answer that nobody waits for leaves a question to a person.
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                return new Handover.Taken(WithoutAddresses(await SendAsync(mail, patience.Token)));
            }
            catch (SmtpCommandException refusal)
            {
                // RFC 5321: 4xx is for now, 5xx for good.
                return new Handover.NotTaken($"smtp-{(int)refusal.StatusCode}", ForNow: (int)refusal.StatusCode < 500);
            }
            catch (Exception e) when (e is IOException or ProtocolException or OperationCanceledException or ServiceNotConnectedException)
            {
                // Before an address was taken the text had not been sent.
                return _addressed ? new Handover.Unanswered() : new Handover.NotTaken("connection-lost", ForNow: true);
            }
            catch (NotSupportedException)
            {
                // An address in letters that this relay does not know.
                return new Handover.NotTaken("address-not-supported", ForNow: false);
            }
        }

        /// <inheritdoc/>
        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
        {
            _addressed = true;
            base.OnRecipientAccepted(message, mailbox, response);
        }

        // Some repeat the address in their answer.
        private static string WithoutAddresses(string answer)
        {
            var words = string.Join(' ', answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(w => w.Contains('@', StringComparison.Ordinal) ? "…" : w));
            return words.Length <= 200 ? words : words[..200];
        }
    }
}
