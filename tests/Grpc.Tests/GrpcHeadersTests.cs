namespace CrmSuite.Grpc.Tests;

/// <summary>The deadline in its header.</summary>
public sealed class GrpcHeadersTests
{
    [Theory]
    [InlineData("9999m", 9.999)]
    [InlineData("5S", 5)]
    [InlineData("2M", 120)]
    [InlineData("1H", 3_600)]
    [InlineData("500u", 0.0005)]
    public void A_deadline_is_read_in_every_unit(string header, double seconds) =>
        Assert.Equal(seconds, GrpcHeaders.ReadTimeout(header)!.Value.TotalSeconds, 6);

    [Fact]
    public void A_deadline_beyond_reason_is_capped() =>
        Assert.Equal(GrpcLimits.DeadlineMax, GrpcHeaders.ReadTimeout("99999999H"));

    [Theory]
    [InlineData("m")]
    [InlineData("-5S")]
    [InlineData("123456789S")]
    [InlineData("5x")]
    public void A_deadline_that_cannot_be_read_is_refused(string header) =>
        Assert.Equal(GrpcStatus.InvalidArgument, Assert.Throws<GrpcException>(() => GrpcHeaders.ReadTimeout(header)).Status);

    [Theory]
    [InlineData(0.01, "10m")]
    [InlineData(10, "10000m")]
    [InlineData(200_000, "200000S")]
    public void A_deadline_is_written_in_eight_digits(double seconds, string header) =>
        Assert.Equal(header, GrpcHeaders.WriteTimeout(TimeSpan.FromSeconds(seconds)));
}
