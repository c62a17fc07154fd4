using System.Globalization;

namespace CrmSuite.Grpc;

/// <summary>The words of gRPC in HTTP.</summary>
static class GrpcHeaders
{
    public const string ContentType = "application/grpc";
    public const string Status = "grpc-status";
    public const string Message = "grpc-message";
    public const string Timeout = "grpc-timeout";

    const int TimeoutDigitsMax = 8;

    /// <summary>Reads <c>grpc-timeout</c>, capped at <see cref="GrpcLimits.DeadlineMax"/>; null if there is none.</summary>
    public static TimeSpan? ReadTimeout(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return null;
        }

        if (header.Length - 1 is < 1 or > TimeoutDigitsMax
            || !uint.TryParse(header.AsSpan(0, header.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var amount))
        {
            throw new GrpcException(GrpcStatus.InvalidArgument, "grpc-timeout cannot be read.");
        }

        var seconds = amount * header[^1] switch
        {
            'H' => 3_600d,
            'M' => 60d,
            'S' => 1d,
            'm' => 1e-3,
            'u' => 1e-6,
            'n' => 1e-9,
            _ => throw new GrpcException(GrpcStatus.InvalidArgument, "grpc-timeout has no known unit."),
        };
        return seconds < GrpcLimits.DeadlineMax.TotalSeconds ? TimeSpan.FromSeconds(seconds) : GrpcLimits.DeadlineMax;
    }

    /// <summary>The deadline as a header: milliseconds while eight digits hold them, else seconds.</summary>
    public static string WriteTimeout(TimeSpan timeout) => timeout.TotalMilliseconds < 1e8
        ? $"{(long)Math.Max(1, timeout.TotalMilliseconds)}m"
        : $"{(long)Math.Min(timeout.TotalSeconds, GrpcLimits.DeadlineMax.TotalSeconds)}S";
}
