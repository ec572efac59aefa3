using System.Globalization;
using System.Text;
using System.Text.Json;
using AwesomeAssertions;
using CsCheck;
using Xunit;

namespace Tremplin.Ledger.Specs;

public class CanonicalJsonSpecs
{
    /// <summary>RFC 8785, appendix B: the bits of a double and its text.</summary>
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void Writes_numbers_as_the_specification_has_them(string bits, string text) =>
        Canonical(BitConverter.UInt64BitsToDouble(Convert.ToUInt64(bits, 16)).ToString("R", CultureInfo.InvariantCulture)).Should().Be(text);

    [Theory]
    [InlineData("0.80", "0.8")]
    [InlineData("1.0", "1")]
    [InlineData("100", "100")]
    [InlineData("1e2", "100")]
    [InlineData("-0.0", "0")]
    [InlineData("0.80000000000000000001", "0.80000000000000000001")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("1e400", "1e400")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("0e999999999", "0")]
    [InlineData("1e-999999999", "1e-999999999")]
    public void Gives_a_value_one_spelling_and_lets_no_digit_go_unseen(string written, string text) => Canonical(written).Should().Be(text);

    /// <summary>RFC 8785, section 3.2.2 and 3.2.3.</summary>
    [Fact]
    public void Writes_strings_and_orders_members_as_the_specification_has_it()
    {
        Canonical("""{"numbers":[333333333.3333333,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}""")
            .Should().Be("""{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}""");
        Canonical("""{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}""")
            .Should().Be("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
        Canonical(" { \"b\" : [ ] , \"a\" : { } } ").Should().Be("""{"a":{},"b":[]}""");
    }

    [Fact]
    public void Refuses_a_member_that_is_named_twice() =>
        new Action(() => Canonical("""{"a":1,"a":2}""")).Should().Throw<JsonException>();

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("\"\u0001\"")]
    [InlineData("0e1000000000")]
    [InlineData("1e-9999999999999999999")]
    public void Refuses_what_no_text_and_no_number_is(string json) => new Action(() => Canonical(json)).Should().Throw<JsonException>();

    [Fact]
    public void Refuses_bytes_that_are_no_UTF8() =>
        new Action(() => CanonicalJson.Of(new byte[] { (byte)'"', 0xc3, (byte)'"' })).Should().Throw<JsonException>();

    [Fact]
    public void Changes_nothing_that_is_canonical_and_keeps_every_double() =>
        Gen.Double.Where(double.IsFinite).Sample(number =>
        {
            var text = Canonical(number.ToString("R", CultureInfo.InvariantCulture));
            return Canonical(text) == text && double.Parse(text, CultureInfo.InvariantCulture).Equals(number == 0 ? 0 : number);
        });

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(json));
}
