# SPDX-License-Identifier: Apache-2.0
hpct_test(collector ceilings hpct_collector)
