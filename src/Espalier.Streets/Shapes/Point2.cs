namespace Espalier.Streets.Shapes;

/// <summary>A point or vector of the plane; y grows downwards.</summary>
internal readonly record struct Point2(double X, double Y)
{
    public double Length => Math.Sqrt(X * X + Y * Y);

    public static Point2 operator +(Point2 a, Point2 b) => new(a.X + b.X, a.Y + b.Y);

    public static Point2 operator -(Point2 a, Point2 b) => new(a.X - b.X, a.Y - b.Y);

    public static Point2 operator *(Point2 a, double factor) => new(a.X * factor, a.Y * factor);

    /// <summary>The vector turned by a quarter: its normal.</summary>
    public Point2 Normal() => new(-Y, X);

    public static double Cross(Point2 a, Point2 b) => a.X * b.Y - a.Y * b.X;

    public static Point2 Mix(Point2 a, Point2 b, double share) => new(a.X + (b.X - a.X) * share, a.Y + (b.Y - a.Y) * share);
}
