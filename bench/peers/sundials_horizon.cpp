// SUNDIALS as its documentation has it for a small non-stiff problem: CVODE's Adams method with the fixed-point solver,
// and ARKODE's explicit Runge-Kutta stepper. Memory is allocated once and reinitialized for every trajectory; the last
// step ends on the horizon.
#include <arkode/arkode_erkstep.h>
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <sundials/sundials_context.hpp>

#include "bench/peers/closed_field.hpp"
#include "bench/peers/fixed_horizon.hpp"

namespace modecollapse::bench {
namespace {

constexpr long maximum_steps = 1000000;

void require_success(int flag, const char* call) {
    if (flag < 0) throw std::runtime_error(std::string("SUNDIALS: ") + call + " returned " + std::to_string(flag));
}

template <class Field>
int right_hand_side(realtype, N_Vector y, N_Vector rate, void* field) {
    realtype* out = NV_DATA_S(rate);
    (*static_cast<const Field*>(field))(NV_DATA_S(y), out);
    return 0;
}

// A vector of the state, owned.
class StateVector {
public:
    explicit StateVector(SUNContext context) : vector_(N_VNew_Serial(3, context)) {}
    ~StateVector() { N_VDestroy(vector_); }
    StateVector(const StateVector&) = delete;
    StateVector& operator=(const StateVector&) = delete;
    void set(const HorizonState& y) { std::copy(y.begin(), y.end(), NV_DATA_S(vector_)); }
    HorizonState get() const { return {NV_Ith_S(vector_, 0), NV_Ith_S(vector_, 1), NV_Ith_S(vector_, 2)}; }
    N_Vector raw() { return vector_; }

private:
    N_Vector vector_;
};

// Where every start is at the horizon. reset, stop_at, advance: what the solver calls these.
template <class Reset, class StopAt, class Advance>
std::vector<HorizonState> ends_of(const HorizonTask& task, StateVector& y, const char* solver, Reset reset,
                                  StopAt stop_at, Advance advance) {
    std::vector<HorizonState> ends;
    for (const HorizonState& start : task.starts) {
        y.set(start);
        require_success(reset(y.raw()), solver);
        require_success(stop_at(task.horizon), solver);
        realtype time = 0.0;
        require_success(advance(task.horizon, y.raw(), &time), solver);
        ends.push_back(y.get());
    }
    return ends;
}

template <class Field>
std::vector<HorizonState> run_cvode(const HorizonTask& task, double tolerance, Field field) {
    sundials::Context context;
    StateVector y(context);
    y.set(task.starts.front());
    void* memory = CVodeCreate(CV_ADAMS, context);
    SUNNonlinearSolver iteration = SUNNonlinSol_FixedPoint(y.raw(), 0, context);
    require_success(CVodeInit(memory, right_hand_side<Field>, 0.0, y.raw()), "CVodeInit");
    require_success(CVodeSStolerances(memory, tolerance, absolute_tolerance(task, tolerance)), "CVodeSStolerances");
    require_success(CVodeSetUserData(memory, &field), "CVodeSetUserData");
    require_success(CVodeSetNonlinearSolver(memory, iteration), "CVodeSetNonlinearSolver");
    require_success(CVodeSetMaxNumSteps(memory, maximum_steps), "CVodeSetMaxNumSteps");
    const std::vector<HorizonState> ends = ends_of(
        task, y, "CVODE", [&](N_Vector start) { return CVodeReInit(memory, 0.0, start); },
        [&](realtype end) { return CVodeSetStopTime(memory, end); },
        [&](realtype end, N_Vector state, realtype* time) { return CVode(memory, end, state, time, CV_NORMAL); });
    CVodeFree(&memory);
    SUNNonlinSolFree(iteration);
    return ends;
}

template <ARKODE_ERKTableID table, class Field>
std::vector<HorizonState> run_arkode(const HorizonTask& task, double tolerance, Field field) {
    sundials::Context context;
    StateVector y(context);
    y.set(task.starts.front());
    void* memory = ERKStepCreate(right_hand_side<Field>, 0.0, y.raw(), context);
    require_success(ERKStepSStolerances(memory, tolerance, absolute_tolerance(task, tolerance)), "ERKStepSStolerances");
    require_success(ERKStepSetUserData(memory, &field), "ERKStepSetUserData");
    require_success(ERKStepSetTableNum(memory, table), "ERKStepSetTableNum");
    require_success(ERKStepSetMaxNumSteps(memory, maximum_steps), "ERKStepSetMaxNumSteps");
    const std::vector<HorizonState> ends = ends_of(
        task, y, "ARKODE", [&](N_Vector start) { return ERKStepReset(memory, 0.0, start); },
        [&](realtype end) { return ERKStepSetStopTime(memory, end); },
        [&](realtype end, N_Vector state, realtype* time) {
            return ERKStepEvolve(memory, end, state, time, ARK_NORMAL);
        });
    ERKStepFree(&memory);
    return ends;
}

std::vector<HorizonState> cvode_quadrature(const HorizonTask& task, double tolerance) {
    return run_cvode(task, tolerance, StrictQuadratureFlow(task.problem));
}
std::vector<HorizonState> cvode_polynomials(const HorizonTask& task, double tolerance) {
    return run_cvode(task, tolerance, FastFlow{*task.fast});
}
template <ARKODE_ERKTableID table>
std::vector<HorizonState> arkode_polynomials(const HorizonTask& task, double tolerance) {
    return run_arkode<table>(task, tolerance, FastFlow{*task.fast});
}

}  // namespace

std::vector<HorizonSolver> sundials_solvers() {
    return {{"CVODE", "Adams", "quadrature", cvode_quadrature},
            {"CVODE", "Adams", "polynomials", cvode_polynomials},
            {"ARKODE", "Dormand-Prince 5(4)", "polynomials", arkode_polynomials<ARKODE_DORMAND_PRINCE_7_4_5>},
            {"ARKODE", "Fehlberg 8(7)", "polynomials", arkode_polynomials<ARKODE_FEHLBERG_13_7_8>}};
}

}  // namespace modecollapse::bench
