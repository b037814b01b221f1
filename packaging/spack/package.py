"""Spack recipe of modecollapse, from a checkout: `spack dev-build modecollapse@main`."""
from spack.package import CMakePackage, depends_on, license, variant, version


class Modecollapse(CMakePackage):
    """Monte Carlo engine for mode collapse in variational inference."""

    license("BSD-3-Clause")
    version("main")

    variant("mpi", default=False, description="Phase diagrams on several ranks")
    variant("cuda", default=False, description="The CUDA backend")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("eigen@3.3:")
    depends_on("boost@1.74:")
    depends_on("random123")
    depends_on("cli11")
    depends_on("tomlplusplus")
    depends_on("fmt")
    depends_on("spdlog")
    depends_on("nlohmann-json")
    depends_on("netcdf-c")
    depends_on("zlib-api")
    depends_on("mpi", when="+mpi")
    depends_on("cuda@12.1:", when="+cuda")

    def cmake_args(self):
        return [self.define("MODECOLLAPSE_TESTS", False),
                self.define_from_variant("MODECOLLAPSE_MPI", "mpi"),
                self.define_from_variant("MODECOLLAPSE_CUDA", "cuda")]
