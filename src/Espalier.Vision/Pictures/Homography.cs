namespace Espalier.Vision;

/// <summary>
/// A projective map of the plane as a 3×3 matrix, row by row, acting on column vectors (x, y, 1). Coordinates are those of
/// edges: pixel (0, 0) covers the square from (0, 0) to (1, 1) and its centre is (.5, .5).
/// </summary>
internal readonly record struct Homography(
    double M11, double M12, double M13, double M21, double M22, double M23, double M31, double M32, double M33)
{
    /// <summary>Whether parallel lines stay parallel and no division is needed.</summary>
    public bool IsAffine => M31 == 0 && M32 == 0 && M33 == 1;

    public static Homography Affine(double m11, double m12, double m13, double m21, double m22, double m23) =>
        new(m11, m12, m13, m21, m22, m23, 0, 0, 1);

    public static Homography Translation(double x, double y) => Affine(1, 0, x, 0, 1, y);

    public static Homography Scaling(double x, double y) => Affine(x, 0, 0, 0, y, 0);

    /// <summary>The map that does <paramref name="second"/> first and then <paramref name="first"/>.</summary>
    public static Homography operator *(Homography first, Homography second) => new(
        first.M11 * second.M11 + first.M12 * second.M21 + first.M13 * second.M31,
        first.M11 * second.M12 + first.M12 * second.M22 + first.M13 * second.M32,
        first.M11 * second.M13 + first.M12 * second.M23 + first.M13 * second.M33,
        first.M21 * second.M11 + first.M22 * second.M21 + first.M23 * second.M31,
        first.M21 * second.M12 + first.M22 * second.M22 + first.M23 * second.M32,
        first.M21 * second.M13 + first.M22 * second.M23 + first.M23 * second.M33,
        first.M31 * second.M11 + first.M32 * second.M21 + first.M33 * second.M31,
        first.M31 * second.M12 + first.M32 * second.M22 + first.M33 * second.M32,
        first.M31 * second.M13 + first.M32 * second.M23 + first.M33 * second.M33);

    /// <summary>The map back; the matrix must not be singular. Of an affine map it is exactly affine.</summary>
    public Homography Inverse()
    {
        if (IsAffine)
        {
            var area = M11 * M22 - M12 * M21;
            return Affine(
                M22 / area, -M12 / area, (M12 * M23 - M22 * M13) / area,
                -M21 / area, M11 / area, (M21 * M13 - M11 * M23) / area);
        }

        var cofactor11 = M22 * M33 - M23 * M32;
        var cofactor12 = M23 * M31 - M21 * M33;
        var cofactor13 = M21 * M32 - M22 * M31;
        var determinant = M11 * cofactor11 + M12 * cofactor12 + M13 * cofactor13;
        return new Homography(
            cofactor11 / determinant, (M13 * M32 - M12 * M33) / determinant, (M12 * M23 - M13 * M22) / determinant,
            cofactor12 / determinant, (M11 * M33 - M13 * M31) / determinant, (M13 * M21 - M11 * M23) / determinant,
            cofactor13 / determinant, (M12 * M31 - M11 * M32) / determinant, (M11 * M22 - M12 * M21) / determinant);
    }

    /// <summary>Where a point goes; <c>Depth</c> is the divisor, positive in front of the plane of vision.</summary>
    public (double X, double Y, double Depth) Transform(double x, double y)
    {
        var depth = M31 * x + M32 * y + M33;
        return ((M11 * x + M12 * y + M13) / depth, (M21 * x + M22 * y + M23) / depth, depth);
    }
}
