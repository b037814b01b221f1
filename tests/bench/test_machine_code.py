"""bench/machine_code.py: reading of cuobjdump's text, on a few lines of it."""
import collections
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import machine_code  # noqa: E402

KERNEL = ("_ZN12modecollapse44_GLOBAL__N__5bcb9b44_11_ensemble_cu_dcc0bfc720gradient_flow_kernelId"
          "LNS_12FieldProgramE1EEEvNS_19GradientFlowPayloadENS_14TrajectoryTaskEmNS_11BlockCountsE")
RESOURCES = f"""
 Function {KERNEL}:
  REG:128 STACK:2032 SHARED:10248 LOCAL:0 CONSTANT[2]:288 CONSTANT[0]:7016
 Function _ZN3cub6detail11EmptyKernelIvEEvv:
  REG:4 STACK:0 SHARED:0
"""
SASS = f"""
\t\tFunction : {KERNEL}
        /*0000*/                   LDC R1, c[0x0][0x28] ;         /* 0x000030 */
                                                                  /* 0x000e3 */
        /*0010*/              @!P0 LD.E.64 R4, desc[UR10][R52.64+0x30] ;
        /*0020*/                   LDG.E.64 R4, desc[UR10][R52.64] ;
        /*0030*/                   DFMA R4, R2, R4, R6 ;
        /*0040*/             @!UP1 UMOV UR4, 0x400 ;
        /*0050*/                   STL.128 [R1+0x240], RZ ;
        /*0060*/                   F2F.F32.F64 R8, R4 ;
"""
# a loop of six floating-point instructions, one more that only some turns make, and a slow way
# out of line; before it a shorter loop
LOOP = """
        /*0000*/                   DADD R4, R2, R4 ;
        /*0010*/               @P2 BRA 0x0 ;
        /*0020*/                   LDC R1, c[0x0][0x28] ;
        /*0030*/                   DFMA R4, R2, R4, R6 ;
        /*0040*/                   DMUL R4, R2, R4 ;
        /*0050*/                   DADD R4, R2, R4 ;
        /*0060*/               @P0 BRA P1, 0x80 ;
        /*0070*/                   CALL.REL.NOINC 0xf0 ;
        /*0080*/                   DFMA R4, R2, R4, R6 ;
        /*0090*/              @!P3 BRA 0xb0 ;
        /*00a0*/                   DMUL R4, R2, R4 ;
        /*00b0*/                   DFMA R4, R2, R4, R6 ;
        /*00c0*/                   DFMA R4, R2, R4, R6 ;
        /*00d0*/               @P1 BRA 0x20 ;
        /*00e0*/                   EXIT ;
        /*00f0*/                   DMUL R4, R2, R4 ;
        /*0100*/                   RET.REL.NODEC R4 0x0 ;
""".splitlines()
# steps, each a loop over samples
NESTED = """
        /*0000*/                   DADD R4, R2, R4 ;
        /*0010*/                   UMOV UR4, 0x400 ;
        /*0020*/                   DFMA R4, R2, R4, R6 ;
        /*0030*/                   DMUL R4, R2, R4 ;
        /*0040*/               @P1 BRA 0x10 ;
        /*0050*/                   DADD R4, R2, R4 ;
        /*0060*/               @P2 BRA 0x0 ;
        /*0070*/                   EXIT ;
""".splitlines()
# a sum of squares, then a product with weights and one without
PRODUCTS = """
        /*0000*/                   LDG.E.64 R4, desc[UR10][R52.64] ;
        /*0010*/                   DFMA R4, R2, R4, R6 ;
        /*0020*/               @P1 BRA 0x0 ;
        /*0028*/                   IADD3 R2, R2, R4, R6 ;
        /*0030*/                   LDG.E.128 R4, desc[UR10][R52.64] ;
        /*0040*/                   LDS.64 R4, [R2] ;
        /*0050*/                   DFMA R4, R2, R4, R6 ;
        /*0060*/                   DFMA R4, R2, R4, R6 ;
        /*0070*/               @P1 BRA 0x30 ;
        /*0080*/                   LDG.E.128 R4, desc[UR10][R52.64] ;
        /*0090*/                   DFMA R4, R2, R4, R6 ;
        /*00a0*/                   DFMA R4, R2, R4, R6 ;
        /*00b0*/               @P1 BRA 0x80 ;
        /*00c0*/               @P2 BRA 0x28 ;
        /*00d0*/                   EXIT ;
""".splitlines()
SGD = "thread_kernel<ReducedSampler<double, SgdProgram 0> >"
PLAIN = "gradient_flow_kernel<double, FieldProgram 0, FitLengths<8, 11> >"


class MachineCode(unittest.TestCase):
    def test_instructions_are_counted_by_kind(self):
        counts = machine_code.instructions(machine_code.functions(SASS)[KERNEL])
        self.assertEqual(sum(counts.values()), 7)
        row = machine_code.summary(counts)
        self.assertEqual(row, {"instructions": 7, "fp64": 1, "fp32": 0, "conversions": 1,
                               "generic": 1, "local": 1, "constants": 1, "uniform_moves": 1})

    def test_only_kernels_of_this_project_by_readable_names(self):
        used = machine_code.resources(RESOURCES)
        self.assertEqual(used[KERNEL], {"registers": 128, "stack": 2032})
        self.assertEqual(machine_code.demangled(list(used)),
                         {KERNEL: "gradient_flow_kernel<double, FieldProgram 1>"})

    def test_growth_is_seen(self):
        row = {"stack": 8, **machine_code.summary(collections.Counter({"LD.E": 2}))}
        recorded = {"k": {"generic": 2, "local": 0, "stack": 8}}
        self.assertEqual(machine_code.worse({"k": row}, recorded), [])
        recorded["k"]["generic"] = 1
        self.assertEqual(machine_code.worse({"k": row}, recorded), ["k: generic 2, recorded 1"])
        self.assertEqual(len(machine_code.worse({"other": row}, recorded)), 1)

    def test_an_attempt_is_what_every_turn_of_the_main_loop_makes(self):
        row = machine_code.turn_of(PLAIN, LOOP)
        self.assertEqual(row["turn_instructions"], 10)
        self.assertEqual((row["turn_fp64"], row["turn_fused"], row["turn_indexed"]), (6, 4, 1))
        # 4 of 6 slots of the FP64 pipe; with 16 cycles for the load instead of 12 for these
        self.assertEqual((row["turn_share"], row["turn_slow_share"]), ("67 %", "50 %"))
        self.assertEqual(machine_code.turn_of(PLAIN.replace("8, 11", "0, 0"), LOOP), {})
        recorded = {PLAIN: {"turn_instructions": 10, "turn_conversions": 0, "turn_indexed": 1}}
        row = {"generic": 0, "local": 0, "stack": 0, **row}
        recorded[PLAIN].update(generic=0, local=0, stack=0)
        self.assertEqual(machine_code.worse({PLAIN: row}, recorded), [])
        recorded[PLAIN]["turn_indexed"] = 0
        self.assertEqual(len(machine_code.worse({PLAIN: row}, recorded)), 1)

    def test_samples_are_the_loop_in_the_loop(self):
        row = machine_code.turn_of(SGD, NESTED)
        self.assertEqual(row, {"sample_instructions": 4, "sample_fp64": 2,
                               "sample_uniform_moves": 1})
        self.assertEqual(machine_code.turn_of(machine_code.NORMALS, NESTED),
                         {"normals_instructions": 7})
        self.assertEqual(machine_code.turn_of(SGD, NESTED[:4]), {"sample_instructions": 0,
                         "sample_fp64": 0, "sample_uniform_moves": 0})

    def test_products_are_innermost_loops_that_load_neighbours(self):
        row = machine_code.turn_of("train_kernel<double, ParametersIn 0>", PRODUCTS)
        self.assertEqual(row, {
            "weights_instructions": 5, "weights_fused": 2, "weights_share": "40 %",
            "weights_cost": 2.5, "gradient_instructions": 4, "gradient_fused": 2,
            "gradient_share": "50 %", "gradient_cost": 2.0})
        self.assertEqual(machine_code.turn_of("start_kernel<double>", PRODUCTS), {})
        recorded = {"k": {"generic": 0, "local": 0, "stack": 0, "weights_cost": 2.0}}
        row = {"generic": 0, "local": 0, "stack": 0, "weights_cost": 2.5}
        self.assertEqual(len(machine_code.worse({"k": row}, recorded)), 1)


if __name__ == "__main__":
    unittest.main()
