using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Tremplin.Ledger;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one spelling for what means the same, whatever order or spacing a
/// database gives it.
/// </summary>
/// <remarks>
/// A number that a double cannot hold exactly is outside of RFC 8785 (it asks for I-JSON, RFC 7493). It keeps its own
/// spelling here, so that a change of it never goes unseen.
/// </remarks>
public static class CanonicalJson
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>The canonical form of a JSON text, UTF-8.</summary>
    /// <exception cref="JsonException">It is no JSON, names a member twice, holds what is no Unicode text, is nested
    /// more than 64 deep, or an exponent has ten digits.</exception>
    public static byte[] Of(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false });
            var output = new ArrayBufferWriter<byte>(Math.Max(json.Length, 1));
            Write(document.RootElement, output);
            return output.WrittenSpan.ToArray();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("A string is no Unicode text.", e);
        }
    }

    /// <inheritdoc cref="Of(ReadOnlyMemory{byte})"/>
    public static byte[] Of(string json) => Of(Encoding.UTF8.GetBytes(json));

    private static void Write(JsonElement value, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                var separator = "{"u8;
                // Ordinal compares UTF-16 code units, as section 3.2.3 asks.
                foreach (var (name, member) in value.EnumerateObject().Select(m => (m.Name, m.Value)).OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    output.Write(separator);
                    separator = ","u8;
                    Write(name, output);
                    output.Write(":"u8);
                    Write(member, output);
                }

                output.Write(separator[0] == '{' ? "{}"u8 : "}"u8);
                break;
            case JsonValueKind.Array:
                separator = "["u8;
                foreach (var element in value.EnumerateArray())
                {
                    output.Write(separator);
                    separator = ","u8;
                    Write(element, output);
                }

                output.Write(separator[0] == '[' ? "[]"u8 : "]"u8);
                break;
            case JsonValueKind.String:
                // As it stands, where nothing in it is escaped: what has to be would be.
                var raw = JsonMarshal.GetRawUtf8Value(value);
                if (raw.Contains((byte)'\\') || !Utf8.IsValid(raw))
                    Write(value.GetString()!, output);
                else
                    output.Write(raw);
                break;
            case JsonValueKind.Number:
                output.Write(Encoding.ASCII.GetBytes(Number(value.GetRawText())));
                break;
            default:
                output.Write(Encoding.ASCII.GetBytes(value.GetRawText()));
                break;
        }
    }

    // Section 3.2.2.2.
    private static void Write(string text, ArrayBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        output.Write("\""u8);
        for (var at = rest.IndexOfAny(Escaped); at >= 0; at = rest.IndexOfAny(Escaped))
        {
            output.Write(rest[..at]);
            output.Write(Encoding.ASCII.GetBytes(rest[at] switch
            {
                (byte)'"' => "\\\"",
                (byte)'\\' => "\\\\",
                (byte)'\b' => "\\b",
                (byte)'\t' => "\\t",
                (byte)'\n' => "\\n",
                (byte)'\f' => "\\f",
                (byte)'\r' => "\\r",
                var control => $"\\u{control:x4}",
            }));
            rest = rest[(at + 1)..];
        }

        output.Write(rest);
        output.Write("\""u8);
    }

    // Section 3.2.2.3: as ECMAScript writes a Number (ECMA-262, Number::toString).
    private static string Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) && whole is > -(1L << 53) and < 1L << 53)
            return whole.ToString(CultureInfo.InvariantCulture);
        if (text.AsSpan().IndexOfAny('e', 'E') is >= 0 and var e
            && !(int.TryParse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) && Math.Abs((long)exponent) < 1_000_000_000))
            throw new JsonException("A number's exponent is beyond any.");
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number) || Digits(text) != Digits(number.ToString("R", CultureInfo.InvariantCulture)))
            return text;
        var (negative, digits, point) = Digits(text);
        if (digits.Length == 0)
            return "0";
        var unsigned = point switch
        {
            > 21 or <= -6 => (digits.Length == 1 ? digits : digits.Insert(1, ".")) + $"e{(point > 0 ? "+" : "")}{point - 1}",
            <= 0 => "0." + new string('0', -point) + digits,
            _ when digits.Length <= point => digits.PadRight(point, '0'),
            _ => digits.Insert(point, "."),
        };
        return negative ? "-" + unsigned : unsigned;
    }

    // The value is 0.digits times ten to the power of point, without zeros at either end of the digits.
    private static (bool Negative, string Digits, int Point) Digits(string text)
    {
        var parts = text.TrimStart('-').Split('e', 'E');
        var mantissa = parts[0].Split('.');
        var all = mantissa[0] + (mantissa.Length > 1 ? mantissa[1] : "");
        var exponent = parts.Length > 1 ? int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        var significant = all.TrimStart('0');
        return significant.TrimEnd('0') is { Length: > 0 } digits
            ? (text[0] == '-', digits, mantissa[0].Length + exponent - (all.Length - significant.Length))
            : (false, "", 0);
    }
}
